// GET, POST /signup/  [next] username, password  ->  the form; 303 to `next` with a session

#include "functions/shared/front/visitor.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kPurpose[] = "sign up";
constexpr std::string_view kBearer = "Bearer ";

std::string Next(const front::Visitor& visitor) {
  return front::LocalPath(visitor.request().query("next").value_or("/"));
}

// Every broken rule stands at its field.
void SetProblem(web::Data& data, const host::Problem& problem) {
  bool placed = false;
  for (const char* field : {"username", "password"}) {
    web::Data rules(web::Data::type::list);
    for (const auto& error : problem.errors) {
      if (error.field == field) rules.push_back(web::Data{"rule", error.detail});
    }
    if (rules.list_value().empty()) continue;
    data.set(std::string(field) + "_problem", web::Data{"rules", rules});
    placed = true;
  }
  if (!placed) data.set("problem", problem.detail);
}

host::Response Form(front::Visitor& visitor, const host::Problem* problem = nullptr) {
  const auto next = Next(visitor);
  const std::string query = next == "/" ? "" : "?next=" + host::EncodeComponent(next);
  web::Data data{"form", visitor.GuestForm(kPurpose)};
  data.set("at_signup", true);
  data.set("action", "/signup/" + query);
  data.set("log_in", "/login/" + query);
  data.set("username", visitor.Field("username"));
  if (problem != nullptr) SetProblem(data, *problem);
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
  const auto entered = visitor.api().Post("/api/login/", account, "");
  if (!entered) return front::Visitor::ToLogIn(Next(visitor));
  auto response =
      Next(visitor) == "/" ? front::Visitor::After("welcome", "/") : web::SeeOther(Next(visitor));
  const auto token = entered->body.at("Authorized").get<std::string>().substr(kBearer.size());
  response.AddHeader("Set-Cookie", visitor.SessionCookie(token));
  return response;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? SignUp(visitor) : Form(visitor);
  });
}

}  // namespace function
