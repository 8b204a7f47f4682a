// The account functions, each as a process of its own.
#pragma once

#include <chrono>
#include <string>

#include "functions/shared/accounts/testing/server.h"

namespace function {
host::Response admin_user_delete(const host::Request&, host::Context&);
host::Response admin_user_get(const host::Request&, host::Context&);
host::Response admin_users_create(const host::Request&, host::Context&);
host::Response admin_users_list(const host::Request&, host::Context&);
host::Response login(const host::Request&, host::Context&);
host::Response logout(const host::Request&, host::Context&);
host::Response me_app_delete(const host::Request&, host::Context&);
host::Response me_apps_list(const host::Request&, host::Context&);
host::Response me_session_delete(const host::Request&, host::Context&);
host::Response me_sessions_delete(const host::Request&, host::Context&);
host::Response me_sessions_list(const host::Request&, host::Context&);
host::Response me_token_delete(const host::Request&, host::Context&);
host::Response me_tokens_create(const host::Request&, host::Context&);
host::Response me_tokens_list(const host::Request&, host::Context&);
host::Response me_delete(const host::Request&, host::Context&);
host::Response me_export(const host::Request&, host::Context&);
host::Response me_get(const host::Request&, host::Context&);
host::Response me_password(const host::Request&, host::Context&);
host::Response user_get(const host::Request&, host::Context&);
host::Response users_create(const host::Request&, host::Context&);
}  // namespace function

namespace accounts::flows {

// Real time, moved ahead by hand: a second later, without waiting for it.
struct MovedClock : host::Clock {
  host::SteadyTime Steady() const override { return host::Clock::Steady() + ahead; }
  std::chrono::milliseconds ahead{0};
};

struct Sent {
  std::string token = {};  // "Bearer ..."
  std::string body = {};   // a form, or JSON
  std::string key = {};    // Idempotency-Key
  std::string id = {};     // NGINX's request id, a new one when empty
  host::StringMap route = {};
  std::string query = {};
  host::StringMap headers = {};
  std::string address = "192.0.2.1";
};

class Site {
 public:
  Site();  // with an empty users table

  host::Response Login(const Sent& sent) { return Send(login, function::login, "POST", sent); }
  host::Response Logout(const Sent& sent) { return Send(logout, function::logout, "POST", sent); }
  host::Response SignUp(const Sent& sent) {
    return Send(users_create, function::users_create, "POST", sent);
  }
  host::Response User(const std::string& name, Sent sent = {}) {
    sent.route = {{"username", name}};
    return Send(user_get, function::user_get, "GET", sent);
  }
  host::Response Me(const Sent& sent) { return Send(me_get, function::me_get, "GET", sent); }
  host::Response DeleteMe(const Sent& sent) {
    return Send(me_delete, function::me_delete, "DELETE", sent);
  }
  host::Response Password(const Sent& sent) {
    return Send(me_password, function::me_password, "PUT", sent);
  }
  host::Response Export(const Sent& sent) {
    return Send(me_export, function::me_export, "GET", sent);
  }
  host::Response Sessions(const Sent& sent) {
    return Send(me_sessions_list, function::me_sessions_list, "GET", sent);
  }
  host::Response EndSession(const std::string& session, Sent sent) {
    sent.route = {{"id", session}};
    return Send(me_session_delete, function::me_session_delete, "DELETE", sent);
  }
  host::Response EndOtherSessions(const Sent& sent) {
    return Send(me_sessions_delete, function::me_sessions_delete, "DELETE", sent);
  }
  host::Response Tokens(const Sent& sent) {
    return Send(me_tokens_list, function::me_tokens_list, "GET", sent);
  }
  host::Response MakeToken(const Sent& sent) {
    return Send(me_tokens_create, function::me_tokens_create, "POST", sent);
  }
  host::Response DeleteToken(const std::string& token, Sent sent) {
    sent.route = {{"id", token}};
    return Send(me_token_delete, function::me_token_delete, "DELETE", sent);
  }
  host::Response Apps(const Sent& sent) {
    return Send(me_apps_list, function::me_apps_list, "GET", sent);
  }
  host::Response DeleteApp(const std::string& client, Sent sent) {
    sent.route = {{"client_id", client}};
    return Send(me_app_delete, function::me_app_delete, "DELETE", sent);
  }
  host::Response AdminCreate(const Sent& sent) {
    return Send(admin_users_create, function::admin_users_create, "POST", sent);
  }
  host::Response AdminList(const std::string& query) {
    return Send(admin_users_list, function::admin_users_list, "GET",
                {.token = admin, .query = query});
  }
  host::Response AdminGet(const std::string& user) {
    return Send(admin_user_get, function::admin_user_get, "GET",
                {.token = admin, .route = {{"user", user}}});
  }
  host::Response AdminDelete(const std::string& user, host::StringMap headers = {}) {
    return Send(admin_user_delete, function::admin_user_delete, "DELETE",
                {.token = admin, .route = {{"user", user}}, .headers = std::move(headers)});
  }

  // A user made by hand, with a password that is cheap to check, and the header value of its
  // log-in.
  int64_t Add(const std::string& name, const std::string& password = "demo-password");
  std::string Enter(const std::string& name, const std::string& password = "demo-password");
  // As if everybody had failed just now: hashing in a build with sanitizers takes longer than the
  // first delay.
  static void FailedJustNow(int more = 0);
  // As if `time` had gone by for the deny lists of all functions.
  void Later(std::chrono::milliseconds time = std::chrono::seconds(1)) { clock.ahead += time; }

  MovedClock clock;
  const std::string admin = testing::Bearer(999'999, "operator", {"admin"});

 private:
  host::Response Send(testing::Server& server, const host::Handler& handle,
                      const std::string& method, const Sent& sent);
  testing::Server Make(const char* name, const char* scope, const char* role) {
    return testing::Server({.function = name, .scope = scope, .role = role, .clock = &clock});
  }

  testing::Server login = Make("login", "", "accounts_service");
  testing::Server logout = Make("logout", "account", "accounts_service");
  testing::Server users_create = Make("users_create", "", "accounts_service");
  testing::Server user_get = Make("user_get", "", "thoughts_service");
  testing::Server me_get = Make("me_get", "profile", "thoughts_service");
  testing::Server me_delete = Make("me_delete", "account", "accounts_service");
  testing::Server me_password = Make("me_password", "account", "accounts_service");
  testing::Server me_export = Make("me_export", "account", "accounts_service");
  testing::Server me_app_delete = Make("me_app_delete", "account", "accounts_service");
  testing::Server me_apps_list = Make("me_apps_list", "account", "accounts_service");
  testing::Server me_session_delete = Make("me_session_delete", "account", "accounts_service");
  testing::Server me_sessions_delete = Make("me_sessions_delete", "account", "accounts_service");
  testing::Server me_sessions_list = Make("me_sessions_list", "account", "accounts_service");
  testing::Server me_token_delete = Make("me_token_delete", "account", "accounts_service");
  testing::Server me_tokens_create = Make("me_tokens_create", "account", "accounts_service");
  testing::Server me_tokens_list = Make("me_tokens_list", "account", "accounts_service");
  testing::Server admin_users_create = Make("admin_users_create", "admin", "admin_service");
  testing::Server admin_users_list = Make("admin_users_list", "admin", "admin_service");
  testing::Server admin_user_get = Make("admin_user_get", "admin", "admin_service");
  testing::Server admin_user_delete = Make("admin_user_delete", "admin", "admin_service");
};

}  // namespace accounts::flows
