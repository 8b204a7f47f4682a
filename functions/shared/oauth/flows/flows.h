// The OAuth functions, each as a process of its own, and a client that uses them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "functions/shared/oauth/testing/clients.h"

namespace function {
host::Response oauth_device(const host::Request&, host::Context&);
host::Response oauth_introspect(const host::Request&, host::Context&);
host::Response oauth_register(const host::Request&, host::Context&);
host::Response oauth_revoke(const host::Request&, host::Context&);
host::Response oauth_token(const host::Request&, host::Context&);
host::Response oauth_userinfo(const host::Request&, host::Context&);
}  // namespace function

namespace oauth::flows {

using Form = std::vector<std::pair<std::string, std::string>>;

struct Told {
  int status = 0;
  nlohmann::json json;
  host::Response response;

  // A text of the answer, "" when it is not there.
  std::string operator[](const char* name) const;
};

// Real time, moved ahead by hand for the deny lists.
struct MovedClock : host::Clock {
  host::SteadyTime Steady() const override { return host::Clock::Steady() + ahead; }
  std::chrono::milliseconds ahead{0};
};

class Site {
 public:
  // `id`: NGINX's id of the request, a new one when empty. `basic`: "" or "ID:SECRET".
  Told Token(const Form& form, const std::string& basic = "", const std::string& id = "") {
    return Post(token_, function::oauth_token, form, basic, id);
  }
  Told Revoke(const Form& form, const std::string& basic = "") {
    return Post(revoke_, function::oauth_revoke, form, basic);
  }
  Told Introspect(const Form& form, const std::string& basic) {
    return Post(introspect_, function::oauth_introspect, form, basic);
  }
  Told Device(const Form& form) { return Post(device_, function::oauth_device, form, ""); }
  Told Register(const std::string& json, const std::string& address = "192.0.2.1");
  Told Userinfo(const std::string& token);

  // A code that the user `user_` consented to, and the form that exchanges it.
  Form CodeForm(const Client& client,
                const std::vector<std::string>& scopes = {"openid", "profile", "thoughts:read"});

  void Later() { clock_.ahead += std::chrono::seconds(1); }

  const int64_t user_ = NewUser();

 private:
  static int64_t NewUser();
  Told Post(accounts::testing::Server& server, const host::Handler& handle, const Form& form,
            const std::string& basic, const std::string& id = "");
  accounts::testing::Server Make(const char* name, const char* scope = "") {
    return accounts::testing::Server({.function = name, .scope = scope, .clock = &clock_});
  }

  MovedClock clock_;
  accounts::testing::Server token_ = Make("oauth_token");
  accounts::testing::Server revoke_ = Make("oauth_revoke");
  accounts::testing::Server introspect_ = Make("oauth_introspect");
  accounts::testing::Server device_ = Make("oauth_device");
  accounts::testing::Server register_ = Make("oauth_register");
  accounts::testing::Server userinfo_ = Make("oauth_userinfo", "openid");
};

}  // namespace oauth::flows
