// GET, POST /account/password/  username, password, new_password  ->  the form; 303 to the account
//
// The API ends all sessions, this one too: a new one begins with the new password.

#include "functions/shared/front/form.h"
#include "functions/shared/front/log_in.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kPurpose[] = "change the password";
constexpr char kDone[] = "password-changed";

host::Response Form(front::Visitor& visitor, const host::Problem* problem = nullptr) {
  if (!visitor.user()) return visitor.ToLogIn(visitor.Here());
  web::Data data{"form", visitor.UserForm(kPurpose)};
  if (problem != nullptr) front::SetProblem(data, *problem, {"password", "new_password"});
  auto response = visitor.ShowPrivate({.status = problem == nullptr ? 200 : problem->status,
                                       .title = "Change your password",
                                       .body = Template("password.html"),
                                       .data = data});
  if (problem != nullptr) {
    for (const auto& [name, value] : problem->headers) response.Header(name, value);
  }
  return response;
}

// The form names the user, since the session may have ended by an earlier click of it.
host::Response Change(front::Visitor& visitor) {
  const auto key = CheckForm(visitor, kPurpose);
  if (!key) return key.error();
  const auto password = visitor.Field("new_password");
  const auto changed = visitor.api().Put(
      "/api/me/password/", {{"password", visitor.Field("password")}, {"new_password", password}},
      *key);
  if (!changed && changed.error().status == 401) return visitor.Failed(changed.error());
  if (!changed) return Form(visitor, &changed.error());
  const auto token = LogIn(visitor, visitor.Field("username"), password);
  auto response =
      token ? front::Visitor::After(kDone, "/account/") : front::Visitor::After(kDone, "/login/");
  response.AddHeader("Set-Cookie",
                     token ? visitor.SessionCookie(*token) : visitor.NoSessionCookie());
  return response;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? Change(visitor) : Form(visitor);
  });
}

}  // namespace function
