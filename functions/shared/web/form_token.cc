#include "functions/shared/web/form_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <charconv>
#include <stdexcept>

#include "functions/shared/session/base64url.h"

namespace web {
namespace {

constexpr size_t kNameBytes = 16;
// A form may come to a machine whose clock is a little behind.
constexpr int64_t kLeewaySeconds = 5;

std::string Random(size_t bytes) {
  std::string out(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(bytes)) != 1) {
    throw std::runtime_error("RAND_bytes failed");
  }
  return out;
}

// `head`: time and name with a dot between them, and no line break: so it ends where it seems to.
std::string Mac(std::string_view secret, std::string_view head, std::string_view purpose) {
  std::string input = "form\n";
  input.append(head).append("\n").append(purpose);
  std::string mac(32, '\0');
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(input.data()), input.size(),
           reinterpret_cast<unsigned char*>(mac.data()), &size) == nullptr) {
    throw std::runtime_error("HMAC failed");
  }
  return session::EncodeBase64Url(mac);
}

}  // namespace

std::string MakeFormToken(std::string_view secret, std::string_view purpose, int64_t now_s) {
  const std::string head =
      std::to_string(now_s) + '.' + session::EncodeBase64Url(Random(kNameBytes));
  return head + '.' + Mac(secret, head, purpose);
}

std::optional<std::string> CheckFormToken(std::string_view token, std::string_view secret,
                                          std::string_view purpose, int64_t now_s) {
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  if (secret.empty() || first == std::string_view::npos || second == first ||
      token.find('\n') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string mac = Mac(secret, token.substr(0, second), purpose);
  const std::string_view theirs = token.substr(second + 1);
  if (theirs.size() != mac.size() || CRYPTO_memcmp(theirs.data(), mac.data(), mac.size()) != 0) {
    return std::nullopt;
  }
  int64_t made_s = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + first, made_s);
  if (error != std::errc() || end != token.data() + first) return std::nullopt;
  if (made_s > now_s + kLeewaySeconds || made_s + kFormSeconds <= now_s) return std::nullopt;
  return std::string(token.substr(first + 1, second - first - 1));
}

std::string RandomSecret() { return session::EncodeBase64Url(Random(32)); }

}  // namespace web
