#include "functions/shared/accounts/testing/server.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include "functions/shared/session/token.h"
#include "functions/shared/session/uuid7.h"

namespace accounts::testing {
namespace {

constexpr char kIssuer[] = "http://localhost:8080";

const session::Key& SigningKey() {
  static const session::Key key = session::Key::Generate(session::Algorithm::kEs256);
  return key;
}

std::string WriteFile(const std::string& name, const std::string& text) {
  const char* folder = std::getenv("TEST_TMPDIR");
  const std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/" + name;
  std::ofstream(path) << text;
  return path;
}

host::Config MakeConfig() {
  static const std::string private_path = WriteFile("private.pem", SigningKey().PrivatePem());
  static const std::string public_path = WriteFile("public.pem", SigningKey().PublicPem());
  return host::Config([](const std::string& name) -> std::optional<std::string> {
    if (name == "SESSION_ISSUER") return kIssuer;
    if (name == "SESSION_PRIVATE_KEY_FILE") return private_path;
    if (name == "SESSION_PUBLIC_KEYS_FILE") return public_path;
    if (name == "FNHOST_COMMIT") return "0123abc";
    if (name == "FNHOST_VERSION") return "1.2.3";
    return std::nullopt;
  });
}

const host::Clock& ClockOf(const Settings& settings) {
  static const host::Clock system_clock;
  return settings.clock != nullptr ? *settings.clock : system_clock;
}

}  // namespace

Server::Server(const Settings& settings)
    : process_{.function = settings.function,
               .scope = settings.scope,
               .config = MakeConfig(),
               .clock = ClockOf(settings),
               .log = host::Log(settings.function),
               .pool = nullptr,
               .shared_mutex = {},
               .shared = {}} {
  const std::string conninfo = settings.database_away
                                   ? "host=/nowhere dbname=none"
                                   : sql::testing::SharedDatabase().url(settings.role);
  process_.pool = std::make_unique<host::db::Pool>(
      host::db::ConnectionSettings{.conninfo = conninfo, .name = settings.function}, 4,
      process_.log);
}

host::Response Server::Call(const host::Handler& handle, host::RequestParts parts) {
  static std::atomic<int> requests{0};
  if (parts.request_id.empty()) parts.request_id = "request-" + std::to_string(++requests);
  if (parts.deadline == host::SteadyTime::max()) {
    parts.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  }
  return host::Answer(process_, host::Request(std::move(parts)), handle);
}

sql::Connection& Owner() {
  static sql::Connection connection(sql::testing::SharedDatabase().url());
  return connection;
}

int64_t AddUser(const std::string& username, const std::string& password_hash,
                const std::string& scopes) {
  return std::stoll(Owner().One(
      "INSERT INTO users (username, password_hash, scopes) VALUES ($1, $2, $3) RETURNING id",
      {username, password_hash, scopes}));
}

std::string Bearer(int64_t user_id, const std::string& username,
                   const std::vector<std::string>& scopes) {
  session::Claims claims;
  claims.user_id = user_id;
  claims.username = username;
  claims.scopes = scopes;
  return Bearer(session::TokenKind::kSession, std::move(claims));
}

std::string Bearer(session::TokenKind kind, session::Claims claims) {
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  claims.issuer = kIssuer;
  claims.issued_s = now_ms / 1000;
  claims.expires_s =
      claims.issued_s +
      (kind == session::TokenKind::kSession ? session::kSessionSeconds : session::kAccessSeconds);
  claims.id = session::MakeUuid7(now_ms);
  if (claims.audience.empty()) claims.audience = kIssuer;
  return "Bearer " + session::Sign(claims, kind, SigningKey());
}

}  // namespace accounts::testing
