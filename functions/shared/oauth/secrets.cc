#include "functions/shared/oauth/secrets.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>

#include "functions/shared/session/base64url.h"

namespace oauth {
namespace {

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Data(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

std::string RandomBytes() {
  std::string bytes(32, '\0');
  if (RAND_bytes(Data(bytes), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("OpenSSL: no random bytes");
  }
  return bytes;
}

std::string RandomToken() { return session::EncodeBase64Url(RandomBytes()); }

std::string Hash(std::string_view secret) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(Data(secret), secret.size(), Data(digest));
  return digest;
}

bool SameSecret(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string Successor(std::string_view seed, std::string_view token) {
  std::string mac(SHA256_DIGEST_LENGTH, '\0');
  unsigned size = 0;
  if (HMAC(EVP_sha256(), seed.data(), static_cast<int>(seed.size()), Data(token), token.size(),
           Data(mac), &size) == nullptr) {
    throw std::runtime_error("OpenSSL: no HMAC");
  }
  return session::EncodeBase64Url(mac);
}

}  // namespace oauth
