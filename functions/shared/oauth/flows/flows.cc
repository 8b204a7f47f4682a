#include "functions/shared/oauth/flows/flows.h"

#include <algorithm>

#include "functions/shared/oauth/authorize.h"
#include "functions/shared/session/base64url.h"

namespace oauth::flows {
namespace {

Told ToTold(host::Response response) {
  Told told{response.status(), nlohmann::json::parse(response.body(), nullptr, false), response};
  return told;
}

std::string Base64(std::string_view bytes) {
  std::string text = session::EncodeBase64Url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace

std::string Told::operator[](const char* name) const {
  const auto found = json.find(name);
  return found == json.end() || !found->is_string() ? "" : found->get<std::string>();
}

int64_t Site::NewUser() {
  static int users = 0;
  return accounts::testing::AddUser("user of flows " + std::to_string(++users));
}

Told Site::Post(accounts::testing::Server& server, const host::Handler& handle, const Form& form,
                const std::string& basic, const std::string& id) {
  std::string body;
  for (const auto& [name, value] : form) {
    body += (body.empty() ? "" : "&") + name + "=" + host::EncodeComponent(value);
  }
  host::RequestParts parts{.method = "POST", .body = body, .request_id = id};
  parts.headers["content-type"] = "application/x-www-form-urlencoded";
  if (!basic.empty()) parts.headers["authorization"] = "Basic " + Base64(basic);
  return ToTold(server.Call(handle, std::move(parts)));
}

Told Site::Register(const std::string& json, const std::string& address) {
  return ToTold(register_.Call(function::oauth_register,
                               {.method = "POST", .body = json, .remote_address = address}));
}

Told Site::Userinfo(const std::string& token) {
  return ToTold(userinfo_.Call(function::oauth_userinfo,
                               {.headers = {{"authorization", "Bearer " + token}}}));
}

Form Site::CodeForm(const Client& client, const std::vector<std::string>& scopes) {
  const char* back = "https://app.example/back";
  std::string code;
  testing::WithDatabase([&](host::db::Database& db) {
    code = MakeCode(db, {client.id, user_, back, testing::kChallenge, scopes, "n-1", 1700000000});
  });
  return {{"grant_type", kAuthorizationCode},
          {"code", code},
          {"redirect_uri", back},
          {"client_id", client.id},
          {"code_verifier", testing::kVerifier}};
}

}  // namespace oauth::flows
