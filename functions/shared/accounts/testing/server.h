// For tests of functions that know users: a function's process on a real PostgreSQL, with session
// keys, without a socket.
//
//   accounts::testing::Server server({.function = "me_get", .scope = "profile"});
//   const auto token = server.Bearer(server.AddUser("demo"), "demo");
//   const auto answer = server.Call(function::Handle, {.path = "/api/me/", .headers =
//   {{"authorization", token}}});
//
// All servers of a test program share one database. The test target needs tags = ["local"].
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "functions/shared/session/token.h"
#include "host/function/answer.h"
#include "host/function/context.h"
#include "sql/testing/cluster.h"

namespace accounts::testing {

struct Settings {
  std::string function = "test";
  std::string scope;
  std::string role = "accounts_service";
  bool database_away = false;
  const host::Clock* clock = nullptr;  // the system's when null
};

class Server {
 public:
  explicit Server(const Settings& settings);

  host::Response Call(const host::Handler& handle, host::RequestParts parts);
  host::Process& process() { return process_; }

 private:
  host::Process process_;
};

// The database as its owner, for looking and for arranging.
sql::Connection& Owner();

// The new user's id. The hash is no hash: such a user cannot log in.
int64_t AddUser(const std::string& username, const std::string& password_hash = "none",
                const std::string& scopes = "{thoughts:read,thoughts:write,profile}");

// "Bearer ..." with a fresh token.
std::string Bearer(int64_t user_id, const std::string& username,
                   const std::vector<std::string>& scopes = {"thoughts:read", "thoughts:write",
                                                             "profile"});

// "Bearer ..." with a fresh token of another kind. Issuer, times and jti are filled in, and the
// audience that the API wants where `claims` names none.
std::string Bearer(session::TokenKind kind, session::Claims claims);

}  // namespace accounts::testing
