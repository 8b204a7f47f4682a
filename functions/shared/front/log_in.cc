#include "functions/shared/front/log_in.h"

#include <utility>

#include "host/function/fields.h"

namespace front {

host::Response LogInPage(Visitor& visitor, web::SignIn sign_in, const host::Problem* problem) {
  const bool goes_on = !sign_in.next.empty() && sign_in.next != "/";
  const std::string query = goes_on ? "?next=" + host::EncodeComponent(sign_in.next) : "";
  sign_in.action = "/login/" + query;
  auto data = SignInData(visitor, sign_in, problem);
  data.set("at_login", true);
  data.set("sign_up", "/signup/" + query);
  auto response = visitor.ShowPrivate({.status = problem == nullptr ? 200 : problem->status,
                                       .title = "Log in",
                                       .body = Template("log_in.html"),
                                       .data = data});
  if (problem != nullptr) {
    for (const auto& [name, value] : problem->headers) response.Header(name, value);
  }
  return response;
}

host::Result<std::string> LogIn(Visitor& visitor, const std::string& username,
                                const std::string& password) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto entered =
      visitor.api().Post("/api/login/", {{"username", username}, {"password", password}}, "");
  if (!entered) return std::unexpected(entered.error());
  return entered->body.at("Authorized").get<std::string>().substr(kBearer.size());
}

}  // namespace front
