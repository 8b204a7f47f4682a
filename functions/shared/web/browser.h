// Browser: who sits before it, as its session cookie tells, for pages that ask the database
// themselves: those of the authorization server. Pages of the front end use front::Visitor.
//
//   web::Browser browser(request, context);
//   if (browser.user()) ... browser.user()->username ...
//
// Needs "session_public_keys" and a database in function.json.
#pragma once

#include <optional>

#include "functions/shared/session/session.h"
#include "functions/shared/web/forms.h"

namespace web {

class Browser : public Forms {
 public:
  // Throws host::Unavailable while it is not known which sessions have ended.
  Browser(const host::Request& request, host::Context& context);

  // Whose session it is, when it is valid. Only session tokens count.
  const std::optional<session::Identity>& user() const { return user_; }

 private:
  std::optional<session::Identity> user_;
};

}  // namespace web
