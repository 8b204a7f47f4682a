// Key::Sign and Key::Verify: JWS signatures (RFC 7518, section 3; RFC 8037).

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "functions/shared/session/key.h"
#include "functions/shared/session/openssl.h"

namespace session {
namespace {

using openssl::Data;
using openssl::Require;

constexpr size_t kEs256Half = 32;

// OpenSSL speaks DER, JWS wants r and s side by side in fixed width.
std::string JoinedFromDer(const std::string& der) {
  const unsigned char* at = Data(std::string_view(der));
  const openssl::Signature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Require(parts != nullptr, "d2i_ECDSA_SIG");
  std::string joined(2 * kEs256Half, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), Data(joined), kEs256Half);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), Data(joined) + kEs256Half, kEs256Half);
  return joined;
}

std::string DerFromJoined(std::string_view joined) {
  const openssl::Signature parts(ECDSA_SIG_new());
  Require(parts != nullptr, "ECDSA_SIG_new");
  BIGNUM* r = BN_bin2bn(Data(joined), kEs256Half, nullptr);
  BIGNUM* s = BN_bin2bn(Data(joined) + kEs256Half, kEs256Half, nullptr);
  Require(ECDSA_SIG_set0(parts.get(), r, s) == 1, "ECDSA_SIG_set0");
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts.get(), &der);
  Require(size > 0, "i2d_ECDSA_SIG");
  std::string bytes(reinterpret_cast<char*>(der), size);
  OPENSSL_free(der);
  return bytes;
}

std::string Hmac(const std::string& secret, std::string_view input) {
  std::string mac(32, '\0');
  unsigned int size = 0;
  Require(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), Data(input),
               input.size(), Data(mac), &size) != nullptr,
          "HMAC");
  return mac;
}

// EdDSA hashes by itself.
const EVP_MD* HashOf(Algorithm algorithm) {
  return algorithm == Algorithm::kEdDsa ? nullptr : EVP_sha256();
}

}  // namespace

std::string Key::Sign(std::string_view input) const {
  if (!is_private_) throw std::logic_error("a public key cannot sign");
  if (algorithm_ == Algorithm::kHs256) return Hmac(secret_, input);
  const openssl::Digest digest(EVP_MD_CTX_new());
  Require(EVP_DigestSignInit(digest.get(), nullptr, HashOf(algorithm_), nullptr, pkey_.get()) == 1,
          "EVP_DigestSignInit");
  size_t size = 0;
  Require(EVP_DigestSign(digest.get(), nullptr, &size, Data(input), input.size()) == 1, "sign");
  std::string signature(size, '\0');
  Require(EVP_DigestSign(digest.get(), Data(signature), &size, Data(input), input.size()) == 1,
          "sign");
  signature.resize(size);
  return algorithm_ == Algorithm::kEs256 ? JoinedFromDer(signature) : signature;
}

bool Key::Verify(std::string_view input, std::string_view signature) const {
  if (algorithm_ == Algorithm::kHs256) {
    const std::string mac = Hmac(secret_, input);
    return mac.size() == signature.size() &&
           CRYPTO_memcmp(mac.data(), signature.data(), mac.size()) == 0;
  }
  std::string der;
  if (algorithm_ == Algorithm::kEs256) {
    if (signature.size() != 2 * kEs256Half) return false;
    der = DerFromJoined(signature);
    signature = der;
  }
  const openssl::Digest digest(EVP_MD_CTX_new());
  Require(
      EVP_DigestVerifyInit(digest.get(), nullptr, HashOf(algorithm_), nullptr, pkey_.get()) == 1,
      "EVP_DigestVerifyInit");
  const bool good = EVP_DigestVerify(digest.get(), Data(signature), signature.size(), Data(input),
                                     input.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace session
