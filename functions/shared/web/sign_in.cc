#include "functions/shared/web/sign_in.h"

#include <optional>

#include "functions/shared/accounts/log_in.h"
#include "functions/shared/web/page.h"

namespace web {
namespace {

constexpr char kPurpose[] = "sign in";

std::string TextOf(const host::Fields& fields, std::string_view name) {
  const auto text = fields.Text(name);
  return text && *text ? **text : "";
}

}  // namespace

host::Response SignInPage(Browser& browser, const SignIn& sign_in, const host::Problem* problem) {
  Data data{"action", sign_in.action};
  SetSome(data, "reason", sign_in.reason);
  data.set("form", browser.GuestForm(kPurpose));
  data.set("username", sign_in.username);
  data.set("name_first", sign_in.username.empty());
  data.set("name_known", !sign_in.username.empty());
  if (problem != nullptr) data.set("problem", problem->detail);
  auto response = Answer({.status = problem == nullptr ? 200 : problem->status,
                          .title = "Log in",
                          .body = Template("sign_in.html"),
                          .data = data,
                          .form_targets = sign_in.form_targets});
  if (problem != nullptr) {
    for (const auto& [name, value] : problem->headers) response.Header(name, value);
  }
  return browser.Give(std::move(response));
}

host::Response SubmitSignIn(const host::Request& request, host::Context& context, Browser& browser,
                            const SignIn& sign_in) {
  const auto fields = request.fields();
  if (!fields) return Message("Log in", fields.error());
  SignIn again = sign_in;
  again.username = TextOf(*fields, "username");
  const auto form = browser.CheckGuestForm(TextOf(*fields, "form"), kPurpose);
  if (!form) return SignInPage(browser, again, &form.error());
  const auto given = accounts::ParseCredentials(request);
  if (!given) return SignInPage(browser, again, &given.error());
  const auto entered = accounts::LogIn(*given, request, context);
  if (!entered) return SignInPage(browser, again, &entered.error());
  if (browser.user()) session::RevokeToken(context.db(), *browser.user());
  auto response = SeeOther(sign_in.next);
  response.AddHeader("Set-Cookie", browser.SessionCookie(session::Issue(*entered, context)));
  return response;
}

}  // namespace web
