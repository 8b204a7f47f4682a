// POST /bridge/session/  session  ->  200 {"token":"..."}; 404 when it is no log-in of the old site
//
// Pages ask with the old site's cookie. The same number gets a token of the same session again. A
// session that was ended here, by log-out or a new password, does not come back; one that the old
// site ended is ended here at the next question. While the old site's database is away, numbers
// that are known go on being sessions, and others get 503.

#include "functions/shared/accounts/throttle.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/bridge/bridged.h"
#include "functions/shared/bridge/old_sessions.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/base/unavailable.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response NoSession() {
  return accounts::Private(
      host::Response::From({404, "The old site does not know this session.", {}, {}}));
}

host::Response Token(const bridge::Bridged& known, host::Context& context) {
  return accounts::Private(
      host::Response::Json(200, "{\"token\":\"" + bridge::TokenOf(known, context) + "\"}"));
}

// What a browser calls itself, as far as it can be shown anywhere.
std::string UserAgentOf(const host::Request& request) {
  constexpr size_t kMost = 200;
  std::string text(request.header("user-agent").value_or(""));
  std::erase_if(text, [](char c) { return c < ' ' || c > '~'; });
  return text.substr(0, kMost);
}

// A session of ours for who is `username` at the old site.
host::Response Enter(const std::string& hash, const std::string& username,
                     const host::Request& request, host::Context& context) {
  auto& db = context.db();
  db.InTransaction([&] {
    auto subject = bridge::UserOf(db, username);
    if (!subject) return false;
    subject->user_agent = UserAgentOf(request);
    subject->network = accounts::NetworkOf(request.remote_address());
    bridge::Begin(hash, *subject, context);
    return true;
  });
  const auto begun = bridge::Find(db, hash);
  return begun && begun->live && !begun->ended ? Token(*begun, context) : NoSession();
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto fields = request.fields();
  if (!fields) return host::Response::From(fields.error());
  const auto given = fields->Text("session");
  if (!given) return host::Response::From(given.error());
  const std::string number = given->value_or("");
  if (!bridge::IsOldSession(number, context)) return NoSession();

  auto& db = context.db();
  const std::string hash = bridge::HashOf(number);
  const auto known = bridge::Find(db, hash);
  if (known && known->ended) return NoSession();
  // A count of its own: guesses at numbers keep nobody at that address from logging in.
  accounts::Throttle throttle(db, "",
                              "bridge " + accounts::AddressSubject(request.remote_address()));
  if (!known) {
    if (const auto allowed = throttle.Attempt(); !allowed) {
      return host::Response::From(allowed.error());
    }
    repeat::ClearAway(context, "old numbers stay", [&] { bridge::Purge(db); });
  }
  const auto old_user = bridge::OldUser(number, context);
  if (!old_user) {
    if (!known) throttle.TakeBack();
    if (known && known->live) return Token(*known, context);
    if (old_user.error() == bridge::NoAnswer::kNotConfigured) return NoSession();
    throw host::Unavailable("the old site's sessions cannot be read");
  }
  if (!*old_user) {
    bridge::Refuse(db, hash, known ? &*known : nullptr);
    return NoSession();
  }
  if (!known) throttle.TakeBack();
  if (known && known->live) return Token(*known, context);
  return Enter(hash, **old_user, request, context);
}

}  // namespace function
