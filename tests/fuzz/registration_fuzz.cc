// Client metadata that anybody may send.
//
// Sources: functions/shared/oauth/registration.cc functions/shared/oauth/redirect_uri.cc
// Sources: functions/shared/accounts/rules.cc functions/shared/accounts/common_passwords.cc
// Sources: functions/shared/oauth/scopes.cc functions/shared/session/token.cc
// Sources: functions/shared/session/base64url.cc functions/shared/session/json_object.cc
// Sources: functions/shared/session/key.cc functions/shared/session/signature.cc
// Sources: functions/shared/session/uuid7.cc
// Sources: host/base/json_text.cc host/base/utf8.cc

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "functions/shared/accounts/common_passwords.h"
#include "functions/shared/oauth/redirect_uri.h"
#include "functions/shared/oauth/registration.h"
#include "tests/fuzz/check.h"

// Bazel makes it of a list; no password is read here.
const std::string_view accounts::kCommonPasswords = "password\n";

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto client = oauth::ParseRegistration({reinterpret_cast<const char*>(data), size});
  if (!client) {
    FUZZ_CHECK(client.error().error == "invalid_redirect_uri" ||
               client.error().error == "invalid_client_metadata");
    return 0;
  }
  FUZZ_CHECK(client->id.empty() && client->secret_hash.empty());
  FUZZ_CHECK(std::ranges::find(client->scopes, "admin") == client->scopes.end());
  for (const auto& uri : client->redirect_uris) FUZZ_CHECK(oauth::RedirectUriFault(uri).empty());
  return 0;
}
