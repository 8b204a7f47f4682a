// Signing in on a page: what the form does, for functions that hold the private key. The front end
// does it through the API.
#pragma once

#include "functions/shared/web/browser.h"
#include "functions/shared/web/sign_in_page.h"
#include "host/function/context.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace web {

// The form that was sent: throttled, timed and answered as POST /api/login/ is. 303 to `next` with
// a fresh session, of which the one that the browser had before is not a part any more: it is
// ended. Else the form again, which says what is wrong and keeps the name. Needs
// "accounts_database" and "session_private_key".
host::Response SubmitSignIn(const host::Request& request, host::Context& context, Browser& browser,
                            const SignIn& sign_in);

}  // namespace web
