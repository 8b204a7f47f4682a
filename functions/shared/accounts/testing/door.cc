#include "functions/shared/accounts/testing/door.h"

#include "host/manifest/manifest.h"

namespace accounts::testing {
namespace {

host::Manifest ManifestOf(const std::string& name) {
  const auto manifest = host::ReadManifest("functions/" + name + "/function.json");
  BOOST_REQUIRE_MESSAGE(manifest.has_value(), (manifest ? "" : manifest.error().front()));
  return *manifest;
}

std::string AppToken(const std::string& scope) {
  session::Claims claims;
  claims.user_id = 7;
  claims.username = "u";
  claims.scopes = {scope};
  claims.client_id = "app";
  return Bearer(session::TokenKind::kAccess, claims);
}

}  // namespace

host::Response CallWithoutDatabase(const host::Handler& handle, const std::string& name,
                                   const std::string& token, const std::string& body,
                                   const std::string& query) {
  const auto manifest = ManifestOf(name);
  const auto& route = manifest.routes.front();
  Server server({.function = name, .scope = manifest.scope, .database_away = true});
  host::RequestParts parts{.method = route.methods.front(), .query_string = query, .body = body};
  for (const auto& segment : route.segments) {
    if (segment.kind != host::PathSegment::Kind::kLiteral) parts.route[segment.text] = "7";
  }
  parts.headers["content-type"] = "application/x-www-form-urlencoded";
  if (!token.empty()) parts.headers["authorization"] = token;
  return server.Call(handle, parts);
}

void CheckDoor(const host::Handler& handle, const std::string& name) {
  const auto manifest = ManifestOf(name);
  const auto without = CallWithoutDatabase(handle, name, "");
  BOOST_TEST(without.status() == 401);
  BOOST_TEST(without.header("www-authenticate").value() == "Bearer realm=\"thoughts\"");
  BOOST_TEST(CallWithoutDatabase(handle, name, "Bearer x").status() == 401);

  if (!manifest.scope.empty()) {
    const auto other = manifest.scope == "profile" ? "thoughts:read" : "profile";
    // Every session may manage its account, and nothing else may, whatever it claims.
    const auto poor = manifest.scope == session::kAccountScope ? AppToken(manifest.scope)
                                                               : Bearer(7, "u", {other});
    const auto refused = CallWithoutDatabase(handle, name, poor);
    BOOST_TEST(refused.status() == 403);
    BOOST_TEST(refused.header("www-authenticate").value() ==
               "Bearer realm=\"thoughts\", error=\"insufficient_scope\", scope=\"" +
                   manifest.scope + "\"");
  }
}

void CheckDatabaseAway(const host::Handler& handle, const std::string& name,
                       const std::string& body) {
  const auto scope = ManifestOf(name).scope;
  const auto away = CallWithoutDatabase(handle, name, Bearer(7, "u", {scope}), body);
  BOOST_TEST(away.status() == 503);
  BOOST_TEST(away.header("retry-after").value() == "1");
}

}  // namespace accounts::testing
