#include "functions/shared/web/sign_in.h"

#include "functions/shared/accounts/log_in.h"
#include "functions/shared/web/page.h"

namespace web {
namespace {

std::string TextOf(const host::Fields& fields, std::string_view name) {
  const auto text = fields.Text(name);
  return text && *text ? **text : "";
}

}  // namespace

host::Response SubmitSignIn(const host::Request& request, host::Context& context, Browser& browser,
                            const SignIn& sign_in) {
  const auto fields = request.fields();
  if (!fields) return Message("Log in", fields.error());
  SignIn again = sign_in;
  again.username = TextOf(*fields, "username");
  const auto form = browser.CheckGuestForm(TextOf(*fields, "form"), kSignInPurpose);
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
