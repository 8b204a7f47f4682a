// GET, POST /oauth/authorize  response_type, client_id, ...  ->  a page, or 303 to the client with
// code or error, state and iss (RFC 6749, section 4.1; RFC 9207; OpenID Connect Core, 3.1.2)
//
// The page is one for logging in, or asks whether the client may act for the user; both send their
// forms here. What a client must not be told, as a redirect_uri that is not its own, is a page,
// too. A consent form is taken once: repeated, it leads to the question again.

#include <algorithm>
#include <array>
#include <chrono>

#include "functions/shared/oauth/authorize.h"
#include "functions/shared/oauth/consent.h"
#include "functions/shared/oauth/parameters.h"
#include "functions/shared/oauth/redirect_uri.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/token.h"
#include "functions/shared/web/browser.h"
#include "functions/shared/web/page.h"
#include "functions/shared/web/sign_in.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kPath[] = "/oauth/authorize?";
constexpr char kCannot[] = "This app cannot log you in";
// A redirect of more would not fit into the buffers on its way.
constexpr size_t kMaxQuery = 6000;

// The parameters that mean something here. Others are not carried on.
constexpr std::array kParameters = {
    "response_type", "client_id",      "redirect_uri", "scope",
    "state",         "code_challenge", "nonce",        "code_challenge_method",
    "prompt",        "max_age",        "login_hint",   "response_mode"};

struct Visit {
  const host::Request& request;
  host::Context& context;
  web::Browser browser;
  oauth::AuthorizeRequest asked;
  oauth::Parameters given;
};

// The request's query, written in one way; `changes` replace parameters.
std::string Query(const oauth::Parameters& given, const host::StringMap& changes = {}) {
  std::string query;
  for (const char* name : kParameters) {
    const auto change = changes.find(name);
    const std::string& value = change == changes.end() ? given.Get(name) : change->second;
    if (value.empty()) continue;
    query += (query.empty() ? "" : "&") + std::string(name) + "=" + host::EncodeComponent(value);
  }
  return query;
}

// Whether a form can stand in a URL as it is.
bool IsQuery(std::string_view form) {
  return form.size() <= kMaxQuery && std::ranges::all_of(form, [](char c) {
           return c > ' ' && c <= '~' &&
                  std::string_view("\"#<>\\^`{|}").find(c) == std::string_view::npos;
         });
}

// What is left of `prompt` and `max_age` for who has just logged in.
std::string QueryAfterSignIn(const Visit& visit) {
  return Query(visit.given,
               {{"prompt", visit.asked.prompt_consent ? "consent" : ""}, {"max_age", ""}});
}

host::Response Back(const Visit& visit, const char* error, const char* description) {
  return web::SeeOther(
      oauth::ErrorRedirect(Refuse(visit.asked, error, description), visit.browser.issuer()));
}

web::SignIn SignInOf(const Visit& visit) {
  // Isolated (U+2068, U+2069), so that a name cannot turn the text around.
  return {.action = kPath + Query(visit.given),
          .next = kPath + QueryAfterSignIn(visit),
          .reason = "to go on to \u2068" + visit.asked.client.name + "\u2069",
          .username = visit.asked.login_hint,
          .form_targets = web::FormTargets(visit.asked.redirect_uri)};
}

// A client gets no right that its user does not have.
std::vector<std::string> ScopesFor(const session::Identity& user,
                                   const oauth::AuthorizeRequest& asked) {
  std::vector<std::string> scopes;
  std::ranges::copy_if(asked.scopes, std::back_inserter(scopes), [&](const std::string& scope) {
    return oauth::IsOfProtocol(scope) || user.Has(scope);
  });
  return scopes;
}

host::Response ConsentPage(Visit& visit, const host::Problem* problem = nullptr) {
  const auto& asked = visit.asked;
  const std::string query = Query(visit.given);
  web::Data rights(web::Data::type::list);
  for (const auto& scope : ScopesFor(*visit.browser.user(), asked)) {
    rights.push_back(web::Data{"words", std::string(oauth::InWords(scope))});
  }
  web::Data data{"client", asked.client.name};
  data.set(oauth::IsOnDevice(asked.redirect_uri) ? "scheme" : "site",
           oauth::HostOf(asked.redirect_uri));
  data.set("username", visit.browser.user()->username);
  data.set("rights", rights);
  data.set("action", kPath + query);
  data.set("other_user", kPath + Query(visit.given, {{"prompt", "login consent"}}));
  data.set("form", visit.browser.UserForm(query));
  if (problem != nullptr) data.set("problem", problem->detail);
  return web::Answer({.status = problem == nullptr ? 200 : problem->status,
                      .title = "Let an app use your account?",
                      .body = Template("consent.html"),
                      .data = data,
                      .form_targets = web::FormTargets(asked.redirect_uri)});
}

std::string MakeCode(const Visit& visit) {
  const auto& user = *visit.browser.user();
  return oauth::MakeCode(visit.context.db(), {.client_id = visit.asked.client.id,
                                              .user_id = user.user_id,
                                              .redirect_uri = visit.asked.redirect_uri,
                                              .challenge = visit.asked.challenge,
                                              .scopes = ScopesFor(user, visit.asked),
                                              .nonce = visit.asked.nonce,
                                              .auth_time_s = user.issued_s});
}

host::Response GiveCode(const Visit& visit, const std::string& code) {
  return web::SeeOther(oauth::CodeRedirect(visit.asked, code, visit.browser.issuer()));
}

bool MustSignIn(const Visit& visit) {
  const auto& user = visit.browser.user();
  if (!user || visit.asked.prompt_login) return true;
  const auto now = std::chrono::floor<std::chrono::seconds>(visit.context.clock().Now());
  return visit.asked.max_age_s &&
         now.time_since_epoch().count() - user->issued_s > *visit.asked.max_age_s;
}

host::Response Ask(Visit& visit) {
  const auto& asked = visit.asked;
  if (MustSignIn(visit)) {
    if (asked.prompt_none) return Back(visit, "login_required", "Nobody is logged in.");
    return SignInPage(visit.browser, SignInOf(visit));
  }
  const auto scopes = ScopesFor(*visit.browser.user(), asked);
  if (scopes.empty()) return Back(visit, "invalid_scope", "The user has none of these rights.");
  if (asked.may_remember && !asked.prompt_consent &&
      oauth::HasConsent(visit.context.db(), visit.browser.user()->user_id, asked.client.id,
                        scopes)) {
    return GiveCode(visit, MakeCode(visit));
  }
  if (asked.prompt_none) return Back(visit, "consent_required", "The user must be asked.");
  return ConsentPage(visit);
}

// The code, once for each form; nothing when the form was taken before.
std::optional<std::string> CodeOnce(const Visit& visit, const std::string& form) {
  const auto& user = *visit.browser.user();
  std::optional<std::string> code;
  const host::Request keyed(
      {.method = "POST", .path = "/oauth/authorize", .headers = {{"idempotency-key", form}}});
  repeat::Once(keyed, visit.context, std::to_string(user.user_id), [&] {
    code = MakeCode(visit);
    if (visit.asked.may_remember) {
      oauth::RememberConsent(visit.context.db(), user.user_id, visit.asked.client.id,
                             ScopesFor(user, visit.asked));
    }
    return host::Response::NoContent();  // the code itself is not kept
  });
  return code;
}

host::Response Decide(Visit& visit, const oauth::Parameters& sent) {
  const std::string query = Query(visit.given);
  const auto form = visit.browser.CheckUserForm(sent.Get("form"), query);
  if (!form) {
    return visit.browser.user() ? ConsentPage(visit, &form.error())
                                : SignInPage(visit.browser, SignInOf(visit), &form.error());
  }
  if (sent.Get("decision") == "deny") return Back(visit, "access_denied", "The user said no.");
  if (sent.Get("decision") != "allow") return ConsentPage(visit);
  if (ScopesFor(*visit.browser.user(), visit.asked).empty()) return Ask(visit);
  const auto code = CodeOnce(visit, *form);
  return code ? GiveCode(visit, *code) : web::SeeOther(kPath + query);
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto sent = request.method() == "POST" ? oauth::Parameters::OfBody(request)
                                               : std::optional<oauth::Parameters>();
  if (request.method() == "POST" && !sent) {
    return web::Message(400, kCannot, "The form cannot be read.");
  }
  if (sent && !sent->Has("step")) {  // OpenID Connect: the request itself may come as a form
    if (!IsQuery(request.body())) return web::Message(400, kCannot, "Its request is no good.");
    return web::SeeOther(kPath + request.body());
  }
  const auto given = oauth::Parameters::Parse(request.query_string());
  if (given && Query(*given).size() > kMaxQuery) {
    return web::Message(400, kCannot, "Its request is too long.");
  }
  auto asked = oauth::CheckAuthorize(request.query_string(), context.db());
  if (!asked && asked.error().redirect_uri.empty()) {
    return web::Message(400, kCannot,
                        "It sent you here with a request that cannot be answered. " +
                            asked.error().description + " (" + asked.error().error + ")");
  }
  if (!asked) {
    return web::SeeOther(
        oauth::ErrorRedirect(asked.error(), context.config().Text("SESSION_ISSUER")));
  }
  Visit visit{request, context, web::Browser(request, context), *std::move(asked), *given};
  if (!sent) return Ask(visit);
  if (sent->Get("step") == "sign_in") {
    return SubmitSignIn(request, context, visit.browser, SignInOf(visit));
  }
  return Decide(visit, *sent);
}

}  // namespace function
