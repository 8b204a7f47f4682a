// The log-in form as a page: no JavaScript, and nothing that password managers would miss.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "functions/shared/web/forms.h"
#include "functions/shared/web/page.h"

namespace web {

struct SignIn {
  std::string action;          // where the form is sent: path and query, on this site
  std::string next;            // where the browser goes on afterwards: on this site
  std::string reason{};        // what it is for, as "to go on to Example"; "" for nothing
  std::string username{};      // filled in beforehand
  std::string form_targets{};  // see Page
  // What the form takes along, unseen: a text that somebody wrote before the session ended.
  std::vector<std::pair<std::string, std::string>> carried{};
};

inline constexpr char kSignInPurpose[] = "sign in";  // of its GuestForm

// For pages that hold {{> sign_in.html}}. `problem`: why the form is there (again); null for none.
Data SignInData(Forms& forms, const SignIn& sign_in, const host::Problem* problem = nullptr);

// The form, with a hidden field step=sign_in besides its own. The problem's status and headers are
// the page's.
host::Response SignInPage(Forms& forms, const SignIn& sign_in,
                          const host::Problem* problem = nullptr);

}  // namespace web
