// Signing in on a page: the form, and what it does. For each function whose pages want a user; the
// front end's /login/ as well. No JavaScript, and nothing that password managers would miss.
#pragma once

#include <string>

#include "functions/shared/web/browser.h"
#include "host/function/context.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace web {

struct SignIn {
  std::string action;          // where the form is sent: path and query, on this site
  std::string next;            // where the browser goes on afterwards: on this site
  std::string reason{};        // what it is for, as "to go on to Example"; "" for nothing
  std::string username{};      // filled in beforehand
  std::string form_targets{};  // see Page
};

// The form, with a hidden field step=sign_in besides its own. `problem`: why it is there (again),
// which is the page's status as well; null for none.
host::Response SignInPage(Browser& browser, const SignIn& sign_in,
                          const host::Problem* problem = nullptr);

// The form that was sent: throttled, timed and answered as POST /api/login/ is. 303 to `next` with
// a fresh session, of which the one that the browser had before is not a part any more: it is
// ended. Else the form again, which says what is wrong and keeps the name. Needs
// "accounts_database" and "session_private_key".
host::Response SubmitSignIn(const host::Request& request, host::Context& context, Browser& browser,
                            const SignIn& sign_in);

}  // namespace web
