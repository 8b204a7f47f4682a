// D2: every route of every function, by every kind of token and every scope, through NGINX. The
// manifests say what each must answer, so a new function is tried without an edit here.

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "functions/shared/session/token.h"
#include "tests/e2e/mint.h"
#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(matrix)

using session::TokenKind;

namespace {

struct Route {
  std::string function, method, url, scope;
};

// A value that fits and names nothing.
std::string FillIn(std::string path) {
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const size_t close = path.find('}', open);
    const bool is_number = path.substr(open, close - open).ends_with(":int");
    path.replace(open, close - open + 1, is_number ? "999999999999" : "nobody-at-all");
  }
  return path;
}

std::vector<Route> Routes() {
  std::vector<Route> routes;
  for (const auto& entry : std::filesystem::directory_iterator(e2e::State() + "/functions")) {
    std::ifstream file(entry.path() / "function.json");
    const auto manifest = nlohmann::json::parse(file);
    const bool is_public = manifest["exposure"] == "public";
    for (const auto& route : manifest["routes"]) {
      const auto path = FillIn(route["path"]);
      for (const auto& method : route["methods"]) {
        routes.push_back({manifest["name"], method,
                          is_public ? e2e::Public(path) : e2e::Internal(path), manifest["scope"]});
      }
    }
  }
  return routes;
}

e2e::Answer Ask(const Route& route, const std::string& authorization) {
  std::vector<std::string> headers;
  if (!authorization.empty()) headers.push_back("Authorization: " + authorization);
  return e2e::Send({.method = route.method, .url = route.url, .headers = headers});
}

// What RFC 6750, section 3 has for it; "" for an answer that lets the token in.
std::string Refusal(const e2e::Answer& answer) {
  const auto challenge = answer.header("www-authenticate");
  if (answer.status == 0 || answer.status >= 500) return "fault: " + answer.error;
  if (answer.status != 401 && answer.status != 403) return "";
  if (!challenge.starts_with("Bearer ")) return std::to_string(answer.status) + " no challenge";
  return std::to_string(answer.status) + challenge.substr(std::string("Bearer").size());
}

const std::string kRealm = " realm=\"thoughts\"";
const std::string kNone = "401" + kRealm;
const std::string kInvalid = "401" + kRealm + ", error=\"invalid_token\"";

std::string Insufficient(const std::string& scope) {
  return "403" + kRealm + ", error=\"insufficient_scope\", scope=\"" + scope + "\"";
}

bool IsForSessionsAlone(const std::string& scope) { return scope == "account" || scope == "admin"; }

}  // namespace

BOOST_AUTO_TEST_CASE(d2_every_route_by_every_scope_and_kind_of_token) {
  const auto routes = Routes();
  std::set<std::string> scopes{"account",       "admin",          "openid", "offline_access",
                               "thoughts:read", "thoughts:write", "profile"};
  for (const auto& route : routes) {
    if (!route.scope.empty()) scopes.insert(route.scope);
  }
  std::vector<std::vector<std::string>> sets{{}, {scopes.begin(), scopes.end()}};
  for (const auto& scope : scopes) sets.push_back({scope});

  e2e::Mint mint;
  int asked = 0;
  for (const auto& route : routes) {
    if (route.scope.empty()) continue;
    const auto expect = [&](const std::string& token, const std::string& refusal,
                            const std::string& what) {
      ++asked;
      BOOST_TEST(Refusal(Ask(route, token)) == refusal,
                 route.function << ": " << route.method << " " << route.url << " with " << what);
    };
    expect("", kNone, "no token");
    expect("Bearer x.y.z", kInvalid, "no JWT");
    expect(mint.Bearer(TokenKind::kId, {route.scope}), kInvalid, "an id token");
    expect(mint.Bearer(TokenKind::kAccess, {route.scope}, true), Insufficient(route.scope),
           "a client's own token");
    for (const auto& set : sets) {
      const std::string what = set.size() == 1 ? set[0] : set.empty() ? "no scope" : "all scopes";
      const bool has = std::ranges::find(set, route.scope) != set.end();
      const bool in_session = has || route.scope == "account";
      expect(mint.Bearer(TokenKind::kSession, set), in_session ? "" : Insufficient(route.scope),
             "a session with " + what);
      const bool in_others = has && !IsForSessionsAlone(route.scope);
      for (const auto kind : {TokenKind::kAccess, TokenKind::kPersonal}) {
        expect(mint.Bearer(kind, set), in_others ? "" : Insufficient(route.scope),
               std::string(session::Typ(kind)) + " with " + what);
      }
    }
  }
  BOOST_TEST_MESSAGE(asked << " requests");
  BOOST_TEST(asked > 500);
}

BOOST_AUTO_TEST_CASE(d2_a_route_without_a_scope_answers_the_same_whatever_token_comes) {
  e2e::Mint mint;
  for (const auto& route : Routes()) {
    if (!route.scope.empty()) continue;
    const auto without = Ask(route, "");
    BOOST_TEST(Refusal(without).find("Bearer realm") == std::string::npos, route.url);
    for (const auto kind :
         {TokenKind::kSession, TokenKind::kAccess, TokenKind::kId, TokenKind::kPersonal}) {
      const auto with = Ask(route, mint.Bearer(kind, {"admin", "account", "profile"}));
      BOOST_TEST((with.status == without.status || with.status == 429),
                 route.function << ": " << route.method << " " << route.url << " with "
                                << session::Typ(kind) << ": " << with.status << " instead of "
                                << without.status);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
