#include "functions/shared/oauth/testing/clients.h"

#include <stdexcept>

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/secrets.h"
#include "host/function/response.h"

namespace oauth::testing {

Client PublicClient() {
  Client client;
  client.name = "App";
  client.auth_method = "none";
  client.redirect_uris = {"https://app.example/back", "http://127.0.0.1/back"};
  client.grant_types = {kAuthorizationCode, kRefreshToken, kDeviceCode};
  for (const auto scope : Scopes()) client.scopes.emplace_back(scope);
  return client;
}

Client ConfidentialClient() {
  Client client = PublicClient();
  client.confidential = true;
  client.auth_method = "client_secret_basic";
  client.secret_hash = Hash(kSecret);
  client.grant_types.emplace_back(kClientCredentials);
  return client;
}

Client Add(Client client) {
  client.id = RandomToken();
  WithDatabase([&](host::db::Database& db) { AddClient(db, client, client.id); });
  return client;
}

void WithDatabase(const std::function<void(host::db::Database&)>& work) {
  static accounts::testing::Server server({.function = "test"});
  const auto answer = server.Call(
      [&](const host::Request&, host::Context& context) {
        work(context.db());
        return host::Response::NoContent();
      },
      {});
  // No macro of Boost.Test, whose log is not for several threads.
  if (answer.status() != 204) throw std::runtime_error("no database: " + answer.body());
}

}  // namespace oauth::testing
