#include "functions/shared/web/forms.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "functions/shared/session/token.h"
#include "functions/shared/web/form_token.h"

namespace web {
namespace {

constexpr std::string_view kSession = "session";
constexpr std::string_view kGuest = "before_login";
constexpr size_t kSecretLength = 43;

int64_t Seconds(const host::Clock& clock) {
  return std::chrono::floor<std::chrono::seconds>(clock.Now()).time_since_epoch().count();
}

// What follows "://", up to the path.
std::string_view Authority(std::string_view url) {
  const size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  const std::string_view rest = url.substr(start + 3);
  return rest.substr(0, rest.find('/'));
}

std::string_view Origin(std::string_view url) {
  const auto authority = Authority(url);
  return url.substr(0, static_cast<size_t>(authority.data() + authority.size() - url.data()));
}

bool IsSecret(std::string_view text) {
  return text.size() == kSecretLength && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Forms::Forms(const host::Request& request, host::Context& context)
    : request_(request),
      issuer_(context.config().Text("SESSION_ISSUER")),
      now_s_(Seconds(context.clock())),
      beside_old_site_(!context.config().Find("SESSION_BRIDGE_URL").value_or("").empty()) {
  const auto session = request.cookie(CookieName(kSession)).value_or("");
  if (!IsNumber(session)) SetSession(std::string(session));
  if (const auto guest = request.cookie(CookieName(kGuest)); guest && IsSecret(*guest)) {
    guest_ = *guest;
  }
}

void Forms::SetSession(std::string token) {
  session_ = std::move(token);
  user_secret_ = session_;
}

void Forms::SetBridged(std::string token) {
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  SetSession(std::move(token));
  user_secret_ = first < second ? session_.substr(first + 1, second - first - 1) : "";
}

std::string Forms::OldSession() const {
  const auto session = request_.cookie(kSession).value_or("");
  return IsNumber(session) ? std::string(session) : "";
}

std::string Forms::UserForm(std::string_view purpose) const {
  return MakeFormToken(user_secret_, purpose, now_s_);
}

std::string Forms::GuestForm(std::string_view purpose) {
  if (guest_.empty()) {
    guest_ = RandomSecret();
    guest_is_new_ = true;
  }
  return MakeFormToken(guest_, purpose, now_s_);
}

host::Response Forms::Give(host::Response response) const {
  if (guest_is_new_) response.AddHeader("Set-Cookie", Cookie(kGuest, guest_, kFormSeconds));
  return response;
}

// Browsers of today say it themselves. An Origin may also be the address by which the browser knows
// this site, which need not be the issuer's. Other programs send neither: they hold no cookies of
// others.
bool Forms::IsFromThisSite() const {
  const auto site = request_.header("sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none") return false;
  const auto origin = request_.header("origin");
  return !origin || SaysThisSite(*origin);
}

bool Forms::SaysThisSite(std::string_view origin) const {
  if (origin == Origin(issuer_)) return true;
  const auto host = request_.header("host");
  return host && !host->empty() && Authority(origin) == *host;
}

bool Forms::IsOldForm(std::string_view token) const {
  if (!beside_old_site_ || !token.empty() || !IsFromThisSite()) return false;
  const auto site = request_.header("sec-fetch-site");
  const auto origin = request_.header("origin");
  return (site && *site == "same-origin") || (origin && SaysThisSite(*origin));
}

host::Result<std::string> Forms::CheckForm(std::string_view token, std::string_view secret,
                                           std::string_view purpose) const {
  if (!IsFromThisSite()) return host::Fail(403, "This form was sent from another site.");
  if (!secret.empty()) {  // anybody could make forms of an empty one
    if (auto name = CheckFormToken(token, secret, purpose, now_s_)) return *std::move(name);
  }
  return host::Fail(403, "This form is not valid (any more). Please fill it in again.");
}

host::Result<std::string> Forms::CheckUserForm(std::string_view token,
                                               std::string_view purpose) const {
  return CheckForm(token, user_secret_, purpose);
}

host::Result<std::string> Forms::CheckGuestForm(std::string_view token,
                                                std::string_view purpose) const {
  return CheckForm(token, guest_, purpose);
}

std::string Forms::SessionCookie(const std::string& token) const {
  return Cookie(kSession, token, session::kSessionSeconds);
}

std::string Forms::NoSessionCookie() const { return Cookie(kSession, "", 0); }

void Forms::EndSessions(host::Response& response) const {
  response.AddHeader("Set-Cookie", NoSessionCookie());
  if (CookieName(kSession) == kSession || OldSession().empty()) return;
  response.AddHeader("Set-Cookie", std::string(kSession) + "=; Path=/; Max-Age=0");
}

std::string Forms::CookieName(std::string_view name) const {
  return (issuer_.starts_with("https:") ? "__Host-" : "") + std::string(name);
}

std::string Forms::Cookie(std::string_view name, std::string_view value, int64_t seconds) const {
  return CookieName(name) + "=" + std::string(value) +
         "; Path=/; Max-Age=" + std::to_string(seconds) + "; HttpOnly; SameSite=Lax" +
         (issuer_.starts_with("https:") ? "; Secure" : "");
}

}  // namespace web
