// Tokens. The first byte chooses: raw bytes as a token, or a header and claims (with a line break
// between them) that are signed rightly, so that what stands behind the signature is reached.
//
// Sources: functions/shared/session/base64url.cc functions/shared/session/json_object.cc
// Sources: functions/shared/session/key.cc functions/shared/session/signature.cc
// Sources: functions/shared/session/token.cc functions/shared/session/uuid7.cc
// Sources: host/base/json_text.cc host/base/utf8.cc

#include <string>
#include <string_view>

#include "functions/shared/session/base64url.h"
#include "functions/shared/session/token.h"
#include "tests/fuzz/check.h"

namespace {

constexpr char kIssuer[] = "http://localhost:8080";
constexpr int64_t kNow = 1'764'000'000;
constexpr session::TokenKind kKinds[] = {session::TokenKind::kSession, session::TokenKind::kAccess,
                                         session::TokenKind::kId, session::TokenKind::kPersonal};

const session::Key& Key() {
  static const auto key = session::Key::FromSecret(std::string(32, 's'), "fuzz");
  return key;
}

void Try(std::string_view token) {
  static const session::KeySet keys({Key()});
  int accepted = 0;
  for (const auto kind : kKinds) {
    const auto claims = session::Check(token, kind, keys, kIssuer, kNow);
    if (!claims) continue;
    ++accepted;
    FUZZ_CHECK(claims->kind == kind);
    FUZZ_CHECK(claims->issuer == kIssuer);
    FUZZ_CHECK(claims->audience.empty() == (kind == session::TokenKind::kSession));
    FUZZ_CHECK(claims->expires_s + session::kLeewaySeconds > kNow);
    FUZZ_CHECK(claims->user_id > 0 || !claims->client_id.empty());
    // What was read can be written, and reads the same.
    const auto again =
        session::Check(session::Sign(*claims, kind, Key()), kind, keys, kIssuer, kNow);
    FUZZ_CHECK(!again || (again->user_id == claims->user_id && again->scopes == claims->scopes &&
                          again->username == claims->username && again->grant == claims->grant));
  }
  FUZZ_CHECK(accepted <= 1);
  const bool for_api = session::CheckForApi(token, keys, kIssuer, kNow).has_value();
  FUZZ_CHECK(!for_api || accepted == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::string_view rest = input.substr(1);
  if (const auto bytes = session::DecodeBase64Url(rest)) {
    FUZZ_CHECK(session::EncodeBase64Url(*bytes) == rest);  // one text for the same bytes
  }
  if (input[0] == 'r') {
    Try(rest);
    return 0;
  }
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view claims = rest.substr(std::min(end + 1, rest.size()));
  const std::string text =
      session::EncodeBase64Url(rest.substr(0, end)) + "." + session::EncodeBase64Url(claims);
  Try(text + "." + session::EncodeBase64Url(Key().Sign(text)));
  return 0;
}
