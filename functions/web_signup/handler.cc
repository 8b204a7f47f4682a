// GET, POST /signup/  [next] username, password  ->  the form; 303 to `next` with a session

#include "functions/shared/front/form.h"
#include "functions/shared/front/log_in.h"
#include "functions/shared/front/visitor.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kPurpose[] = "sign up";

std::string Next(const front::Visitor& visitor) {
  return front::LocalPath(visitor.request().query("next").value_or("/"));
}

host::Response Form(front::Visitor& visitor, const host::Problem* problem = nullptr) {
  const auto next = Next(visitor);
  const std::string query = next == "/" ? "" : "?next=" + host::EncodeComponent(next);
  web::Data data{"form", visitor.GuestForm(kPurpose)};
  data.set("at_signup", true);
  data.set("action", "/signup/" + query);
  data.set("log_in", "/login/" + query);
  data.set("username", visitor.Field("username"));
  if (problem != nullptr) front::SetProblem(data, *problem, {"username", "password"});
  return visitor.ShowPrivate({.status = problem == nullptr ? 200 : problem->status,
                              .title = "Make an account",
                              .body = Template("sign_up.html"),
                              .data = data});
}

host::Response SignUp(front::Visitor& visitor) {
  const auto form = visitor.CheckGuestForm(visitor.Field("form"), kPurpose);
  if (!form) return Form(visitor, &form.error());
  const front::Json account{{"username", visitor.Field("username")},
                            {"password", visitor.Field("password")}};
  const auto made = visitor.api().Post("/api/users/", account, *form);
  if (!made) return Form(visitor, &made.error());
  const auto token = LogIn(visitor, visitor.Field("username"), visitor.Field("password"));
  if (!token) return front::Visitor::ToLogIn(Next(visitor));
  auto response =
      Next(visitor) == "/" ? front::Visitor::After("welcome", "/") : web::SeeOther(Next(visitor));
  response.AddHeader("Set-Cookie", visitor.SessionCookie(*token));
  return response;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? SignUp(visitor) : Form(visitor);
  });
}

}  // namespace function
