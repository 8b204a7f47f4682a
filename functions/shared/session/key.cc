#include "functions/shared/session/key.h"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "functions/shared/session/base64url.h"
#include "functions/shared/session/openssl.h"

namespace session {
namespace {

using openssl::Data;
using openssl::Require;

constexpr int kCheckedRsaBits = 2048;
constexpr int kMadeRsaBits = 3072;
constexpr int kMaxRsaBits = 8192;  // checking time grows with the square
constexpr size_t kSecretBytes = 32;

[[noreturn]] void Refuse(const std::string& origin, const std::string& fault) {
  throw std::runtime_error(origin + ": " + fault);
}

Algorithm AlgorithmOf(EVP_PKEY* pkey, const std::string& origin) {
  if (EVP_PKEY_is_a(pkey, "ED25519")) return Algorithm::kEdDsa;
  if (EVP_PKEY_is_a(pkey, "EC")) {
    char group[64] = "";
    EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr);
    if (std::string_view(group) == "prime256v1") return Algorithm::kEs256;
    Refuse(origin, std::string("the curve is ") + group + ", not P-256");
  }
  if (EVP_PKEY_is_a(pkey, "RSA")) {
    const int bits = EVP_PKEY_get_bits(pkey);
    if (bits >= kCheckedRsaBits && bits <= kMaxRsaBits) return Algorithm::kRs256;
    Refuse(origin, "RSA of " + std::to_string(bits) + " bits, not 2048 to 8192");
  }
  Refuse(origin, "neither EC P-256 nor RSA nor Ed25519");
}

std::string Sha256(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(Data(text), text.size(), Data(digest));
  return digest;
}

// A big number as JWK writes it: at least `size` bytes, big-endian.
std::string Number(EVP_PKEY* pkey, const char* name, int size) {
  BIGNUM* raw = nullptr;
  Require(EVP_PKEY_get_bn_param(pkey, name, &raw) == 1, name);
  const openssl::Bignum number(raw);
  std::string bytes(std::max(size, BN_num_bytes(raw)), '\0');
  BN_bn2binpad(raw, Data(bytes), static_cast<int>(bytes.size()));
  return EncodeBase64Url(bytes);
}

// The members that a public JWK must have, in order of their names, no spaces (RFC 7638, section
// 3.2).
std::string Jwk(EVP_PKEY* pkey, Algorithm algorithm) {
  if (algorithm == Algorithm::kEs256) {
    return R"({"crv":"P-256","kty":"EC","x":")" + Number(pkey, OSSL_PKEY_PARAM_EC_PUB_X, 32) +
           R"(","y":")" + Number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, 32) + "\"}";
  }
  if (algorithm == Algorithm::kRs256) {
    return R"({"e":")" + Number(pkey, OSSL_PKEY_PARAM_RSA_E, 1) + R"(","kty":"RSA","n":")" +
           Number(pkey, OSSL_PKEY_PARAM_RSA_N, 1) + "\"}";
  }
  std::string raw(32, '\0');
  size_t size = raw.size();
  Require(EVP_PKEY_get_raw_public_key(pkey, Data(raw), &size) == 1, "public key");
  return R"({"crv":"Ed25519","kty":"OKP","x":")" + EncodeBase64Url(raw) + "\"}";
}

std::string Thumbprint(EVP_PKEY* pkey, Algorithm algorithm) {
  return EncodeBase64Url(Sha256(Jwk(pkey, algorithm)));
}

openssl::Bio ReadOnly(std::string_view text) {
  openssl::Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Require(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

std::string Written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

// An encrypted key would make OpenSSL ask at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string_view Name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kEs256:
      return "ES256";
    case Algorithm::kRs256:
      return "RS256";
    case Algorithm::kEdDsa:
      return "EdDSA";
    case Algorithm::kHs256:
      break;
  }
  return "HS256";
}

Key::Key(std::shared_ptr<evp_pkey_st> pkey, bool is_private, const std::string& origin)
    : algorithm_(AlgorithmOf(pkey.get(), origin)),
      id_(Thumbprint(pkey.get(), algorithm_)),
      pkey_(std::move(pkey)),
      is_private_(is_private) {}

Key Key::FromPrivatePem(const std::string& pem, const std::string& origin) {
  const auto bio = ReadOnly(pem);
  const openssl::Pkey pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr),
                           &EVP_PKEY_free);
  if (!pkey) Refuse(origin, "no private key in PEM without a passphrase: " + openssl::Error());
  return Key(pkey, true, origin);
}

std::vector<Key> Key::FromPublicPem(const std::string& pem, const std::string& origin) {
  static constexpr std::string_view kBegin = "-----BEGIN ";
  static constexpr std::string_view kHead = "-----BEGIN PUBLIC KEY-----";
  static constexpr std::string_view kFoot = "-----END PUBLIC KEY-----";
  std::vector<Key> keys;
  for (size_t at = pem.find(kBegin); at != std::string::npos; at = pem.find(kBegin, at)) {
    const std::string_view rest = std::string_view(pem).substr(at);
    const size_t end = rest.find(kFoot);
    // A private key that every checker can read is a leak: better no start than a quiet one.
    if (!rest.starts_with(kHead)) Refuse(origin, "holds something other than PEM public keys");
    if (end == std::string_view::npos) Refuse(origin, "ends within a key");
    const auto bio = ReadOnly(rest.substr(0, end + kFoot.size()));
    const openssl::Pkey pkey(PEM_read_bio_PUBKEY(bio.get(), nullptr, &NoPassphrase, nullptr),
                             &EVP_PKEY_free);
    if (!pkey) Refuse(origin, "a public key cannot be read: " + openssl::Error());
    keys.push_back(Key(pkey, false, origin));
    at += end + kFoot.size();
  }
  if (keys.empty()) Refuse(origin, "no public key in it");
  return keys;
}

Key Key::FromSecret(std::string secret, const std::string& origin) {
  if (secret.size() < kSecretBytes) Refuse(origin, "a shared secret needs 32 bytes or more");
  if (secret.find("-----BEGIN ") != std::string::npos) Refuse(origin, "a PEM key is not a secret");
  Key key;
  key.algorithm_ = Algorithm::kHs256;
  key.secret_ = std::move(secret);
  key.is_private_ = true;
  key.id_ = EncodeBase64Url(key.Sign("key id").substr(0, 16));
  return key;
}

Key Key::Generate(Algorithm algorithm) {
  EVP_PKEY* pkey = nullptr;
  if (algorithm == Algorithm::kEs256) pkey = EVP_EC_gen("P-256");
  if (algorithm == Algorithm::kRs256) pkey = EVP_RSA_gen(kMadeRsaBits);
  if (algorithm == Algorithm::kEdDsa) pkey = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  Require(pkey != nullptr, "key generation");
  return Key(openssl::Pkey(pkey, &EVP_PKEY_free), true, "new key");
}

std::string Key::PrivatePem() const {
  if (!pkey_ || !is_private_) throw std::logic_error("no private key pair here");
  const openssl::Bio bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PKCS8PrivateKey(bio.get(), pkey_.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) == 1,
          "private key");
  return Written(bio.get());
}

std::string Key::PublicPem() const {
  if (!pkey_) throw std::logic_error("a shared secret has no public half");
  const openssl::Bio bio(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PUBKEY(bio.get(), pkey_.get()) == 1, "public key");
  return Written(bio.get());
}

std::string Key::PublicJwk() const {
  if (!pkey_) throw std::logic_error("a shared secret has no public half");
  std::string jwk = Jwk(pkey_.get(), algorithm_);
  jwk.pop_back();
  return jwk + R"(,"alg":")" + std::string(Name(algorithm_)) + R"(","kid":")" + id_ +
         R"(","use":"sig"})";
}

}  // namespace session
