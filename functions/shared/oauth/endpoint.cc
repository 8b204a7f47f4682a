#include "functions/shared/oauth/endpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "functions/shared/oauth/secrets.h"
#include "functions/shared/session/base64url.h"

namespace oauth {
namespace {

struct Credentials {
  std::string id;
  std::string secret;  // "" for none
};

host::Response InvalidClient() {
  auto response = Error(401, "invalid_client", "The client is unknown, or its secret is wrong.");
  response.Header("WWW-Authenticate", "Basic realm=\"oauth\"");
  return response;
}

// The value of "Basic VALUE"; nothing for no header or another scheme.
std::optional<std::string> BasicValue(const host::Request& request) {
  static constexpr std::string_view kScheme = "basic ";
  const auto header = request.header("authorization");
  if (!header || header->size() < kScheme.size()) return std::nullopt;
  const bool same = std::equal(kScheme.begin(), kScheme.end(), header->begin(),
                               [](char ours, char theirs) { return ours == (theirs | 0x20); });
  if (!same) return std::nullopt;
  return std::string(header->substr(kScheme.size()));
}

// Each half is encoded as in a form before the whole is encoded as base64 (section 2.3.1).
std::optional<Credentials> ReadBasic(std::string value) {
  while (value.ends_with('=')) value.pop_back();
  std::ranges::replace(value, '+', '-');
  std::ranges::replace(value, '/', '_');
  const auto text = session::DecodeBase64Url(value);
  const size_t colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  auto id = host::DecodeForm(text->substr(0, colon));
  auto secret = host::DecodeForm(text->substr(colon + 1));
  if (!id || !secret) return std::nullopt;
  return Credentials{*std::move(id), *std::move(secret)};
}

}  // namespace

host::Response Answer(int status, const nlohmann::json& body) {
  auto response = host::Response::Json(status, body);
  response.Header("Cache-Control", "no-store");
  response.Header("Pragma", "no-cache");
  return response;
}

host::Response Error(int status, std::string_view error, std::string_view description) {
  return Answer(status, {{"error", error}, {"error_description", description}});
}

std::expected<Parameters, host::Response> ReadForm(const host::Request& request) {
  auto form = Parameters::OfBody(request);
  if (!form) {
    return std::unexpected(
        Error(400, "invalid_request", "Send the parameters as application/x-www-form-urlencoded."));
  }
  if (form->AnyRepeated()) {
    return std::unexpected(Error(400, "invalid_request", "A parameter came twice."));
  }
  return *std::move(form);
}

std::expected<Client, host::Response> Authenticate(const host::Request& request,
                                                   const Parameters& form, host::db::Database& db) {
  Credentials given{form.Get("client_id"), form.Get("client_secret")};
  if (auto value = BasicValue(request)) {
    auto basic = ReadBasic(*std::move(value));
    if (!basic) return std::unexpected(InvalidClient());
    const bool other = !given.id.empty() && given.id != basic->id;
    if (other || !given.secret.empty()) {
      return std::unexpected(Error(400, "invalid_request", "The client authenticates twice."));
    }
    given = *std::move(basic);
  }
  auto client = FindClient(db, given.id);
  if (!client) return std::unexpected(InvalidClient());
  const bool right = client->confidential ? SameSecret(Hash(given.secret), client->secret_hash)
                                          : given.secret.empty();
  if (!right) return std::unexpected(InvalidClient());
  return *std::move(client);
}

}  // namespace oauth
