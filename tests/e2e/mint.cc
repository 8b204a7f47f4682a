#include "tests/e2e/mint.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "functions/shared/session/uuid7.h"
#include "tests/instance/instance.h"

namespace e2e {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Mint::Mint()
    : issuer_(nlohmann::json::parse(
          ReadFile(State() + "/fnhost.json"))["environment"]["SESSION_ISSUER"]),
      key_(session::Key::FromPrivatePem(ReadFile(State() + "/keys/session-private.pem"),
                                        "session-private.pem")) {}

std::string Mint::Bearer(session::TokenKind kind, const std::vector<std::string>& scopes,
                         bool is_client) {
  using session::TokenKind;
  session::Claims claims;
  claims.issuer = issuer_;
  claims.user_id = is_client ? 0 : NextUser();
  claims.username = is_client ? "" : "matrix";
  claims.scopes = scopes;
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  claims.issued_s = now_ms / 1000;
  claims.expires_s = claims.issued_s + 600;
  claims.id = session::MakeUuid7(now_ms);
  claims.audience = kind == TokenKind::kId ? "client" : issuer_;
  if (kind == TokenKind::kAccess) claims.client_id = "client";
  return "Bearer " + session::Sign(claims, kind, key_);
}

int64_t Mint::NextUser() {
  if (next_ == last_) {
    const auto rows = Sql("WITH made AS (INSERT INTO users (username, password_hash) SELECT '" +
                          Unique("minted") +
                          " ' || i, 'none' FROM generate_series(1, 1000) i RETURNING id) "
                          "SELECT min(id) || ' ' || max(id) FROM made");
    next_ = std::stoll(rows);
    last_ = std::stoll(rows.substr(rows.find(' '))) + 1;
  }
  return next_++;
}

}  // namespace e2e
