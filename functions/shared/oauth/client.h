// Clients: programs that ask users for rights (RFC 6749, section 2).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/db/database.h"

namespace oauth {

inline constexpr char kAuthorizationCode[] = "authorization_code";
inline constexpr char kRefreshToken[] = "refresh_token";
inline constexpr char kClientCredentials[] = "client_credentials";
inline constexpr char kDeviceCode[] = "urn:ietf:params:oauth:grant-type:device_code";

struct Client {
  std::string id;
  std::string name;           // as its developer wrote it: any characters, never believed
  std::string uri;            // https, or ""
  bool confidential = false;  // has a secret
  std::string auth_method;    // "none", "client_secret_basic", "client_secret_post"
  std::string secret_hash;    // 32 bytes, "" for public clients
  std::vector<std::string> redirect_uris;
  std::vector<std::string> grant_types;
  std::vector<std::string> scopes;  // the most that it may ask for

  bool May(std::string_view grant_type) const {
    return std::ranges::find(grant_types, grant_type) != grant_types.end();
  }
};

// Nothing for an unknown id, whatever bytes it holds.
std::optional<Client> FindClient(host::db::Database& db, std::string_view id);

// `registered_from`: accounts::AddressSubject of the one who registers. False, and nothing is
// done, when that network registered kMostRegistrations within an hour.
inline constexpr int kMostRegistrations = 100;
bool AddClient(host::db::Database& db, const Client& client, std::string_view registered_from);

// Removes some clients that were registered a month ago and that no user has allowed anything.
void PurgeClients(host::db::Database& db);

}  // namespace oauth
