// The log-in page of the front end.
#pragma once

#include "functions/shared/front/visitor.h"
#include "functions/shared/web/sign_in_page.h"

namespace front {

// `sign_in.action` is this page's own, whatever it says.
host::Response LogInPage(Visitor& visitor, web::SignIn sign_in,
                         const host::Problem* problem = nullptr);

}  // namespace front
