// GET, POST /login/  [next] username, password  ->  the form; 303 to `next` with a session
//
// What was being written when a session ended comes along, and stands in its form afterwards.

#include "functions/shared/front/compose.h"
#include "functions/shared/front/log_in.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

std::string Next(const front::Visitor& visitor) {
  return front::LocalPath(visitor.request().query("next").value_or("/"));
}

web::SignIn SignInOf(const front::Visitor& visitor) {
  web::SignIn sign_in{.next = Next(visitor), .username = visitor.Field("username")};
  if (const auto compose = CarriedCompose(visitor)) {
    sign_in.carried = {{"compose", compose->action}, {"text", compose->text}};
  }
  return sign_in;
}

// The fresh session in place of the one before, which ends.
host::Response Enter(front::Visitor& visitor, const std::string& token) {
  if (visitor.user()) visitor.api().Post("/api/logout/", nullptr, "");
  visitor.Enter(token);
  const auto compose = CarriedCompose(visitor);
  auto response = compose ? ComposePage(visitor, *compose) : web::SeeOther(Next(visitor));
  response.AddHeader("Set-Cookie", visitor.SessionCookie(token));
  return response;
}

host::Response Submit(front::Visitor& visitor) {
  const auto form = visitor.CheckGuestForm(visitor.Field("form"), web::kSignInPurpose);
  if (!form && !visitor.IsOldForm(visitor.Field("form"))) {
    return LogInPage(visitor, SignInOf(visitor), &form.error());
  }
  const auto token = LogIn(visitor, visitor.Field("username"), visitor.Field("password"));
  if (!token) return LogInPage(visitor, SignInOf(visitor), &token.error());
  return Enter(visitor, *token);
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? Submit(visitor)
                                                : LogInPage(visitor, SignInOf(visitor));
  });
}

}  // namespace function
