// Logging in: the page of the front end, and the API's part.
#pragma once

#include "functions/shared/front/visitor.h"
#include "functions/shared/web/sign_in_page.h"

namespace front {

// `sign_in.action` is this page's own, whatever it says.
host::Response LogInPage(Visitor& visitor, web::SignIn sign_in,
                         const host::Problem* problem = nullptr);

// A fresh session's token for who has this name and password; the API's refusal otherwise.
host::Result<std::string> LogIn(Visitor& visitor, const std::string& username,
                                const std::string& password);

}  // namespace front
