#include "functions/shared/oauth/registration.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "functions/shared/accounts/rules.h"
#include "functions/shared/oauth/redirect_uri.h"
#include "functions/shared/oauth/scopes.h"
#include "host/base/utf8.h"

namespace oauth {
namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxRedirectUris = 10;
constexpr size_t kMaxNameCodePoints = 100;
constexpr std::string_view kGrantTypes[] = {kAuthorizationCode, kRefreshToken, kClientCredentials,
                                            kDeviceCode};

using Fault = std::optional<RegistrationFault>;

Fault BadMetadata(std::string description) {
  return RegistrationFault{"invalid_client_metadata", std::move(description)};
}

nlohmann::json Parse(std::string_view text) {
  bool too_deep = false;
  const auto limit = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;
  };
  auto tree = nlohmann::json::parse(text, limit, /*allow_exceptions=*/false);
  return too_deep || !tree.is_object() ? nlohmann::json() : tree;
}

// A member that is left out, or null, leaves `value` as it is.
Fault ReadText(const nlohmann::json& metadata, const char* name, std::string& value) {
  const auto member = metadata.find(name);
  if (member == metadata.end() || member->is_null()) return {};
  if (!member->is_string()) return BadMetadata(std::string(name) + " must be a string.");
  value = member->get<std::string>();
  return {};
}

Fault ReadTexts(const nlohmann::json& metadata, const char* name,
                std::vector<std::string>& values) {
  const auto member = metadata.find(name);
  if (member == metadata.end() || member->is_null()) return {};
  const auto is_text = [](const nlohmann::json& one) { return one.is_string(); };
  if (!member->is_array() || !std::ranges::all_of(*member, is_text)) {
    return BadMetadata(std::string(name) + " must be an array of strings.");
  }
  values.clear();
  for (const auto& one : *member) {
    auto text = one.get<std::string>();
    if (!Contains(values, text)) values.push_back(std::move(text));
  }
  return {};
}

Fault ReadAuthMethod(const nlohmann::json& metadata, Client& client) {
  client.auth_method = "client_secret_basic";
  if (auto fault = ReadText(metadata, "token_endpoint_auth_method", client.auth_method)) {
    return fault;
  }
  if (client.auth_method != "none" && client.auth_method != "client_secret_basic" &&
      client.auth_method != "client_secret_post") {
    return BadMetadata(
        "token_endpoint_auth_method must be none, client_secret_basic or client_secret_post.");
  }
  client.confidential = client.auth_method != "none";
  return {};
}

Fault ReadGrantTypes(const nlohmann::json& metadata, Client& client) {
  client.grant_types = {kAuthorizationCode, kRefreshToken};
  if (auto fault = ReadTexts(metadata, "grant_types", client.grant_types)) return fault;
  for (const std::string& type : client.grant_types) {
    if (std::ranges::find(kGrantTypes, type) == std::end(kGrantTypes)) {
      return BadMetadata(
          "grant_types may hold authorization_code, refresh_token, client_credentials and "
          "urn:ietf:params:oauth:grant-type:device_code.");
    }
  }
  if (client.grant_types.empty()) return BadMetadata("grant_types must not be empty.");
  if (!client.confidential && client.May(kClientCredentials)) {
    return BadMetadata("client_credentials needs a client with a secret.");
  }
  std::vector<std::string> response_types;
  if (auto fault = ReadTexts(metadata, "response_types", response_types)) return fault;
  for (const std::string& type : response_types) {
    if (type != "code") return BadMetadata("response_types may hold code alone.");
  }
  return {};
}

Fault ReadRedirectUris(const nlohmann::json& metadata, Client& client) {
  if (auto fault = ReadTexts(metadata, "redirect_uris", client.redirect_uris)) return fault;
  for (const std::string& uri : client.redirect_uris) {
    if (const auto fault = RedirectUriFault(uri); !fault.empty()) {
      return RegistrationFault{"invalid_redirect_uri", "A redirect_uri " + fault + "."};
    }
  }
  if (client.redirect_uris.size() > kMaxRedirectUris) {
    return RegistrationFault{"invalid_redirect_uri", "redirect_uris may hold 10 URIs at most."};
  }
  if (client.redirect_uris.empty() && client.May(kAuthorizationCode)) {
    return RegistrationFault{"invalid_redirect_uri", "redirect_uris must name at least one URI."};
  }
  return {};
}

// What users are shown.
Fault ReadNames(const nlohmann::json& metadata, Client& client) {
  client.name = client.redirect_uris.empty() ? "Unnamed" : HostOf(client.redirect_uris[0]);
  client.name.resize(std::min(client.name.size(), size_t{50}));
  if (auto fault = ReadText(metadata, "client_name", client.name)) return fault;
  if (!accounts::IsUsername(client.name) ||
      host::CodePoints(client.name).value_or(0) > kMaxNameCodePoints) {
    return BadMetadata(
        "client_name must be 1 to 50 characters that can be seen, without spaces at its ends.");
  }
  if (auto fault = ReadText(metadata, "client_uri", client.uri)) return fault;
  const bool is_site = client.uri.starts_with("https://") && RedirectUriFault(client.uri).empty();
  if (!client.uri.empty() && !is_site) return BadMetadata("client_uri must be an https URL.");
  return {};
}

Fault ReadScopes(const nlohmann::json& metadata, Client& client) {
  for (const auto scope : Scopes()) client.scopes.emplace_back(scope);
  std::string asked;
  if (auto fault = ReadText(metadata, "scope", asked)) return fault;
  if (!asked.empty()) client.scopes = Choose(asked, client.scopes);
  if (client.scopes.empty()) {
    return BadMetadata(
        "scope must hold at least one of openid, profile, thoughts:read, "
        "thoughts:write, offline_access.");
  }
  return {};
}

}  // namespace

std::expected<Client, RegistrationFault> ParseRegistration(std::string_view json) {
  const auto metadata = Parse(json);
  if (metadata.is_null()) return std::unexpected(*BadMetadata("The body must be a JSON object."));
  Client client;
  // In this order: later ones look at what earlier ones read.
  for (const auto read :
       {ReadAuthMethod, ReadGrantTypes, ReadRedirectUris, ReadNames, ReadScopes}) {
    if (auto fault = read(metadata, client)) return std::unexpected(*std::move(fault));
  }
  return client;
}

}  // namespace oauth
