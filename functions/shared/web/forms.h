// Forms: what a browser sent along, its cookies, and whether a form is really of this site.
//
// Two cookies, HttpOnly, SameSite=Lax, for the whole site; under TLS also Secure, and with the
// prefix __Host-, so that no other host can set them:
//   session       a session token (functions/shared/session); its value ties the forms of a user.
//                 A number there is the old site's, which pages move away from: left alone.
//   before_login  random; ties the log-in form of who is not logged in (yet).
// Whether the session is a good one is not known here: Browser looks itself, and pages that use the
// API are told by it. Who writes checks a form first: CheckUserForm or CheckGuestForm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/result.h"
#include "host/function/context.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace web {

class Forms {
 public:
  Forms(const host::Request& request, host::Context& context);

  // The session cookie's token, as it came; "" for none.
  const std::string& session() const { return session_; }
  // Another session than the cookie's: a fresh one, or "" when the cookie's turned out to be none.
  void SetSession(std::string token);
  // The session of who is logged in at the old site: no cookie of ours stands for it. Its forms are
  // tied to the token's claims, which stay the same when it is signed again.
  void SetBridged(std::string token);
  // The old site's own session cookie: decimal digits; "" for none.
  std::string OldSession() const;

  // For a hidden field `form` (form_token.h). UserForm takes a session; GuestForm takes anyone, and
  // its page must go out through Give, which adds the cookie.
  std::string UserForm(std::string_view purpose) const;
  std::string GuestForm(std::string_view purpose);
  host::Response Give(host::Response response) const;

  // The posted form's name (CheckFormToken); a 403 when it was not sent from a page of this site by
  // this browser for this purpose within an hour. Both look where the request comes from, too.
  host::Result<std::string> CheckUserForm(std::string_view token, std::string_view purpose) const;
  host::Result<std::string> CheckGuestForm(std::string_view token, std::string_view purpose) const;

  // Whether the posted form is one that the old site made, whose forms have no token: while its
  // pages move here (SESSION_BRIDGE_URL is set), and when the browser itself says that it is on
  // this site.
  bool IsOldForm(std::string_view token) const;

  // Set-Cookie values: of a fresh session, and of one that ends.
  std::string SessionCookie(const std::string& token) const;
  std::string NoSessionCookie() const;
  // Both cookies end: ours, and the old site's where it has another name.
  void EndSessions(host::Response& response) const;

  const std::string& issuer() const { return issuer_; }

 private:
  bool IsFromThisSite() const;
  bool SaysThisSite(std::string_view origin) const;
  std::string CookieName(std::string_view name) const;
  std::string Cookie(std::string_view name, std::string_view value, int64_t seconds) const;
  host::Result<std::string> CheckForm(std::string_view token, std::string_view secret,
                                      std::string_view purpose) const;

  const host::Request& request_;
  const std::string issuer_;
  const int64_t now_s_;
  const bool beside_old_site_;
  std::string session_;
  std::string user_secret_;  // what forms of the session are tied to
  std::string guest_;        // the cookie's secret, "" for none
  bool guest_is_new_ = false;
};

}  // namespace web
