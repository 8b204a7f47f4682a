#include "functions/shared/oauth/client.h"

#include <algorithm>

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/session/token.h"

namespace oauth {
namespace {

constexpr host::Statement kFind{
    "oauth.find_client",
    "SELECT id, name, uri, auth_method, coalesce(secret_hash, '') AS secret_hash, "
    "array_to_string(redirect_uris, ' ') AS redirect_uris, "
    "array_to_string(grant_types, ' ') AS grant_types, array_to_string(scopes, ' ') AS scopes "
    "FROM oauth_clients WHERE id = $1"};

constexpr host::Statement kAdd{
    "oauth.add_client",
    "INSERT INTO oauth_clients (id, name, uri, auth_method, secret_hash, redirect_uris, "
    "grant_types, scopes, registered_from) SELECT $1, $2, $3, $4, $5::bytea, "
    "string_to_array($6, ' '), string_to_array($7, ' '), string_to_array($8, ' '), $9 "
    "WHERE (SELECT count(*) FROM oauth_clients WHERE registered_from = $9 "
    "AND creation > clock_timestamp() - interval '1 hour') < $10::int"};

// With client credentials alone a client never has a row elsewhere: those stay.
constexpr host::Statement kPurge{
    "oauth.purge_clients",
    "DELETE FROM oauth_clients WHERE id = ANY (ARRAY(SELECT id FROM oauth_clients c "
    "WHERE c.creation < clock_timestamp() - interval '30 days' "
    "AND NOT ('client_credentials' = ANY (c.grant_types)) "
    "AND NOT EXISTS (SELECT FROM oauth_grants WHERE client_id = c.id) "
    "AND NOT EXISTS (SELECT FROM oauth_consents WHERE client_id = c.id) "
    "AND NOT EXISTS (SELECT FROM oauth_codes WHERE client_id = c.id) "
    "AND NOT EXISTS (SELECT FROM oauth_device_codes WHERE client_id = c.id) LIMIT 100))"};

bool IsClientId(std::string_view id) {
  return !id.empty() && id.size() <= 100 &&
         std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::optional<Client> FindClient(host::db::Database& db, std::string_view id) {
  if (!IsClientId(id)) return std::nullopt;
  const auto row = db.Maybe(kFind, id);
  if (!row) return std::nullopt;
  Client client;
  client.id = row->Text("id");
  client.name = row->Text("name");
  client.uri = row->Text("uri");
  client.auth_method = row->Text("auth_method");
  client.confidential = client.auth_method != "none";
  client.secret_hash = row->Bytes("secret_hash");
  client.redirect_uris = session::SplitScopes(row->Text("redirect_uris"));
  client.grant_types = session::SplitScopes(row->Text("grant_types"));
  client.scopes = session::SplitScopes(row->Text("scopes"));
  return client;
}

bool AddClient(host::db::Database& db, const Client& client, std::string_view registered_from) {
  const auto secret =
      client.confidential ? host::db::Bytes(client.secret_hash) : host::db::Parameter();
  return db.All(kAdd, client.id, client.name, client.uri, client.auth_method, secret,
                Join(client.redirect_uris), Join(client.grant_types), Join(client.scopes),
                registered_from, kMostRegistrations)
             .affected() > 0;
}

void PurgeClients(host::db::Database& db) { db.All(kPurge); }

}  // namespace oauth
