#include "functions/shared/session/session.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "functions/shared/session/deny_list.h"
#include "functions/shared/session/key_files.h"
#include "functions/shared/session/last_use.h"
#include "functions/shared/session/token_cache.h"
#include "functions/shared/session/uuid7.h"

namespace session {
namespace {

// The time comes from the database, so that clocks of several machines do not matter. Rows are
// stamped before their COMMIT shows them: 15 s are longer than any transaction of ours.
constexpr host::Statement kNews{
    "session.news",
    "SELECT n.now::text AS now, r.kind, r.subject, r.epoch_ms, "
    "ceil(extract(epoch FROM r.until))::bigint AS until_s "
    "FROM (SELECT clock_timestamp() AS now) n LEFT JOIN revocations r "
    "ON r.at >= $1::timestamptz - interval '15 seconds' AND r.until > n.now"};

// One write a minute, however many workers a token comes to.
constexpr host::Statement kUsed{
    "session.used",
    "UPDATE personal_tokens SET last_use = clock_timestamp() WHERE id = $1 "
    "AND (last_use IS NULL OR last_use < clock_timestamp() - interval '1 minute')"};

struct State {
  explicit State(const host::Context& context)
      : keys(context.config(), context.log()), issuer(context.config().Text("SESSION_ISSUER")) {}
  KeyFiles keys;
  TokenCache cache;
  DenyList denied;
  LastUse uses;
  const std::string issuer;
};

State& StateOf(host::Context& context) {
  return context.Shared<State>([&] { return std::make_shared<State>(context); });
}

int64_t Seconds(const host::Clock& clock) {
  return std::chrono::floor<std::chrono::seconds>(clock.Now()).time_since_epoch().count();
}

host::Problem Challenge(int status, std::string detail, const std::string& challenge) {
  host::Problem problem{status, std::move(detail), {}, {}};
  problem.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"thoughts\"" + challenge);
  return problem;
}

// The token of "Bearer TOKEN"; nothing for no header or another scheme.
std::optional<std::string_view> BearerToken(const host::Request& request) {
  static constexpr std::string_view kScheme = "bearer";
  const auto header = request.header("authorization");
  if (!header || header->size() < kScheme.size()) return std::nullopt;
  const bool same = std::equal(kScheme.begin(), kScheme.end(), header->begin(),
                               [](char ours, char theirs) { return ours == (theirs | 0x20); });
  std::string_view rest = header->substr(kScheme.size());
  if (!same || (!rest.empty() && rest[0] != ' ')) return std::nullopt;
  while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  return rest;
}

std::shared_ptr<const Claims> CheckOnce(std::string_view token, State& state,
                                        host::Context& context) {
  const int64_t now_s = Seconds(context.clock());
  const auto steady = context.clock().Steady();
  auto keys = state.keys.Current(steady);
  if (auto known = state.cache.Find(token, keys->generation)) {
    return known->expires_s + kLeewaySeconds > now_s ? known : nullptr;
  }
  auto claims = CheckForApi(token, keys->keys, state.issuer, now_s);
  if (!claims && claims.error() == Refusal::kUnknownKey) {
    keys = state.keys.AfterUnknownKey(steady);
    claims = CheckForApi(token, keys->keys, state.issuer, now_s);
  }
  if (!claims) {
    context.log().Debug("token refused", {{"reason", Name(claims.error())}});
    return nullptr;
  }
  auto kept = std::make_shared<const Claims>(*std::move(claims));
  state.cache.Keep(token, keys->generation, kept);
  return kept;
}

Revocation::Kind KindOf(std::string_view name) {
  if (name == "user") return Revocation::Kind::kUser;
  return name == "grant" ? Revocation::Kind::kGrant : Revocation::Kind::kToken;
}

DenyList::News ReadNews(host::Context& context, const std::string& cursor) {
  const auto rows = context.db().All(kNews, cursor.empty() ? "-infinity" : cursor);
  DenyList::News news;
  for (const auto row : rows) {
    news.cursor = row.Text("now");
    if (row.IsNull("kind")) continue;  // the one row of an empty answer
    news.revocations.push_back({KindOf(row.Text("kind")), std::string(row.Text("subject")),
                                row.Integer("epoch_ms"), row.Integer("until_s")});
  }
  return news;
}

Identity IdentityOf(const Claims& claims) {
  return {claims.user_id, claims.username,  claims.scopes, claims.id,      claims.expires_s,
          claims.kind,    claims.client_id, claims.grant,  claims.issued_s};
}

// Identity of a token that is `claims`, when it has the scope that the manifest asks for.
host::Result<Identity> InScope(const Claims& claims, const std::string& scope) {
  Identity identity = IdentityOf(claims);
  if (identity.user_id != 0 && (scope.empty() || identity.Has(scope))) return identity;
  const char* detail = identity.user_id != 0
                           ? "The token does not have the scope that this needs: "
                           : "This is for users, and the token is a client's own: ";
  return std::unexpected(Challenge(
      403, detail + (scope.empty() ? "log in" : scope) + ".",
      ", error=\"insufficient_scope\"" + (scope.empty() ? "" : ", scope=\"" + scope + "\"")));
}

bool RefreshDenied(State& state, host::SteadyTime deadline, host::Context& context) {
  return state.denied.Refresh(context.clock(), deadline,
                              [&](const std::string& cursor) { return ReadNews(context, cursor); });
}

// The request goes on whatever happens here: it is about what its user sees later.
void NoteUse(const Identity& identity, State& state, host::Context& context) {
  if (!state.uses.IsDue(identity.jti, context.clock().Steady())) return;
  try {
    context.db().All(kUsed, identity.jti);
  } catch (const std::exception& error) {
    context.log().Warning("use of a personal token not noted", {{"error", error.what()}});
  }
}

host::Problem NotKnown() {
  return {503,
          "It is not known just now which sessions have ended: try again.",
          {},
          {{"Retry-After", "1"}}};
}

host::Result<std::shared_ptr<const Claims>> Authenticate(const host::Request& request, State& state,
                                                         host::Context& context) {
  const auto token = BearerToken(request);
  if (!token) {
    return std::unexpected(
        Challenge(401, "Log in and send the token: Authorization: Bearer ...", ""));
  }
  auto claims = CheckOnce(*token, state, context);
  if (!claims) return std::unexpected(InvalidToken());
  return claims;
}

}  // namespace

host::Problem InvalidToken() {
  return Challenge(401, "The token is not valid, has expired or was ended: log in again.",
                   ", error=\"invalid_token\"");
}

bool Identity::Has(std::string_view scope) const {
  const bool is_session = kind == TokenKind::kSession;
  if (scope == kAccountScope) return is_session;
  if (scope == kAdminScope && !is_session) return false;
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

host::Result<Identity> Signed(const host::Request& request, host::Context& context) {
  const auto claims = Authenticate(request, StateOf(context), context);
  if (!claims) return std::unexpected(claims.error());
  return InScope(**claims, context.scope());
}

host::Result<Identity> Caller(const host::Request& request, host::Context& context) {
  State& state = StateOf(context);
  const auto claims = Authenticate(request, state, context);
  if (!claims) return std::unexpected(claims.error());
  const bool fresh = RefreshDenied(state, request.deadline(), context);
  if (state.denied.Refuses(**claims)) return std::unexpected(InvalidToken());
  auto identity = InScope(**claims, context.scope());
  if (identity && !fresh && request.method() != "GET" && request.method() != "HEAD") {
    return std::unexpected(NotKnown());
  }
  if (identity && fresh && identity->kind == TokenKind::kPersonal) {
    NoteUse(*identity, state, context);
  }
  return identity;
}

host::Result<Identity> CheckToken(std::string_view token, host::Context& context) {
  State& state = StateOf(context);
  const auto claims = CheckOnce(token, state, context);
  if (!claims) return std::unexpected(InvalidToken());
  const bool fresh = RefreshDenied(state, host::SteadyTime::max(), context);
  if (state.denied.Refuses(*claims)) return std::unexpected(InvalidToken());
  if (!fresh) return std::unexpected(NotKnown());
  return IdentityOf(*claims);
}

std::vector<Key> PublicKeys(host::Context& context) {
  std::vector<Key> keys = StateOf(context).keys.Current(context.clock().Steady())->keys.keys();
  std::erase_if(keys, [](const Key& key) { return key.algorithm() == Algorithm::kHs256; });
  return keys;
}

}  // namespace session
