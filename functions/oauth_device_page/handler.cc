// GET /oauth/device  [user_code, sign_in], POST /oauth/device/verify  ->  pages (RFC 8628,
// section 3.3)
//
// The user logs in, types the code that a device shows, sees which app asks for what, and allows or
// denies it, once. Guesses at codes are slowed down per user and address, as those at passwords.

#include "functions/shared/accounts/throttle.h"
#include "functions/shared/oauth/device.h"
#include "functions/shared/oauth/parameters.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/web/browser.h"
#include "functions/shared/web/page.h"
#include "functions/shared/web/sign_in.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kTitle[] = "Connect a device";
constexpr size_t kMaxTyped = 100;

// As devices show it: "BCDF-GHJK"; what is no code stays as it was typed.
std::string ShownCode(const std::string& typed) {
  std::string code = oauth::ReadUserCode(typed);
  if (code.empty()) return typed;
  return code.insert(code.size() / 2, "-");
}

std::string With(const char* path, const std::string& typed) {
  return typed.empty() ? path : path + ("?user_code=" + host::EncodeComponent(ShownCode(typed)));
}

std::string OtherUser(const std::string& typed) {
  return With("/oauth/device", typed) + (typed.empty() ? "?" : "&") + "sign_in=1";
}

web::SignIn SignInOf(const std::string& typed) {
  return {.action = With("/oauth/device/verify", typed),
          .next = With("/oauth/device", typed),
          .reason = "to connect a device"};
}

host::Response CodePage(const web::Browser& browser, const std::string& typed,
                        const host::Problem* problem = nullptr) {
  web::Data data{"username", browser.user()->username};
  data.set("typed", typed);
  data.set("other_user", OtherUser(typed));
  if (problem != nullptr) data.set("problem", problem->detail);
  auto page = web::Answer({.status = problem == nullptr ? 200 : problem->status,
                           .title = kTitle,
                           .body = Template("code.html"),
                           .data = data});
  if (problem != nullptr) {
    for (const auto& [name, value] : problem->headers) page.Header(name, value);
  }
  return page;
}

host::Response NoSuchCode(const web::Browser& browser, const std::string& typed) {
  const host::Problem problem{
      404, "No device waits under this code: it was mistyped, is too old, or was used.", {}, {}};
  return CodePage(browser, typed, &problem);
}

// A line break, which no name holds, keeps users' guesses at codes apart from those at passwords.
accounts::Throttle ThrottleOf(const host::Request& request, host::Context& context,
                              const web::Browser& browser) {
  return {context.db(), "device\n" + std::to_string(browser.user()->user_id),
          request.remote_address()};
}

host::Response DecidePage(const host::Request& request, host::Context& context,
                          const web::Browser& browser, const std::string& typed,
                          const host::Problem* problem = nullptr) {
  auto throttle = ThrottleOf(request, context, browser);
  if (auto allowed = throttle.Attempt(); !allowed) {
    allowed.error().detail = "Too many wrong codes: try again later.";
    return CodePage(browser, typed, &allowed.error());
  }
  const auto device = oauth::FindDevice(context.db(), typed);
  if (!device) return NoSuchCode(browser, typed);
  throttle.TakeBack();

  web::Data rights(web::Data::type::list);
  for (const auto& scope : device->scopes) {
    if (!oauth::IsOfProtocol(scope) && !browser.user()->Has(scope)) continue;
    rights.push_back(web::Data{"words", std::string(oauth::InWords(scope))});
  }
  web::Data data{"client", device->client.name};
  data.set("code", ShownCode(typed));
  data.set("username", browser.user()->username);
  data.set("other_user", OtherUser(typed));
  data.set("rights", rights);
  data.set("action", With("/oauth/device/verify", typed));
  data.set("form", browser.UserForm("device " + oauth::ReadUserCode(typed)));
  if (problem != nullptr) data.set("problem", problem->detail);
  return web::Answer({.status = problem == nullptr ? 200 : problem->status,
                      .title = kTitle,
                      .body = Template("decide.html"),
                      .data = data});
}

// Only who was shown the question holds its form: a guess at a code has none.
host::Response Decide(const host::Request& request, host::Context& context,
                      const web::Browser& browser, const std::string& typed,
                      const oauth::Parameters& sent) {
  const auto form = browser.CheckUserForm(sent.Get("form"), "device " + oauth::ReadUserCode(typed));
  if (!form) return DecidePage(request, context, browser, typed, &form.error());
  const bool allow = sent.Get("decision") == "allow";
  if (!allow && sent.Get("decision") != "deny") {
    return DecidePage(request, context, browser, typed);
  }
  if (!oauth::DecideDevice(context.db(), typed, browser.user()->user_id, allow)) {
    return NoSuchCode(browser, typed);
  }
  return web::SeeOther(allow ? "/oauth/device?done=allowed" : "/oauth/device?done=denied");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto asked = oauth::Parameters::Parse(request.query_string());
  if (!asked || asked->Get("user_code").size() > kMaxTyped) {
    return web::Message(400, kTitle, "The address of this page cannot be read.");
  }
  const std::string& typed = asked->Get("user_code");
  web::Browser browser(request, context);
  if (request.method() == "POST") {
    const auto sent = oauth::Parameters::OfBody(request);
    if (!sent) return web::Message(400, kTitle, "The form cannot be read.");
    if (sent->Get("step") == "sign_in") {
      return SubmitSignIn(request, context, browser, SignInOf(typed));
    }
    if (browser.user()) return Decide(request, context, browser, typed, *sent);
    const host::Problem ended{403, "You were logged out meanwhile.", {}, {}};
    return SignInPage(browser, SignInOf(typed), &ended);
  }
  if (asked->Get("done") == "allowed") {
    return web::Message(200, "Your device is connected", "Go on there. You can close this page.");
  }
  if (asked->Get("done") == "denied") {
    return web::Message(200, "Your device is not connected", "It was told that you said no.");
  }
  if (!browser.user() || asked->Has("sign_in")) return SignInPage(browser, SignInOf(typed));
  return typed.empty() ? CodePage(browser, "") : DecidePage(request, context, browser, typed);
}

}  // namespace function
