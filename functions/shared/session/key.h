// A key of the session package: it knows its algorithm, so a token never chooses one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace session {

enum class Algorithm { kEs256, kRs256, kEdDsa, kHs256 };

// "ES256", "RS256", "EdDSA", "HS256": the `alg` of RFC 7518 and 8037.
std::string_view Name(Algorithm algorithm);

// Immutable, cheap to copy, safe for several threads.
class Key {
 public:
  // EC P-256, RSA (2048 to 8192 bits) or Ed25519, in PEM. Throw std::runtime_error that names
  // `origin` and the fault, also for a private key where a public one belongs, and the other way
  // round.
  static Key FromPrivatePem(const std::string& pem, const std::string& origin);
  // One or more public keys, one after the other.
  static std::vector<Key> FromPublicPem(const std::string& pem, const std::string& origin);
  // A secret of 32 bytes or more, shared by all who sign and check.
  static Key FromSecret(std::string secret, const std::string& origin);
  // A new private key; RSA of 3072 bits. Not for kHs256.
  static Key Generate(Algorithm algorithm);

  Algorithm algorithm() const { return algorithm_; }
  // RFC 7638 thumbprint; of a shared secret a keyed digest instead, since a thumbprint would let
  // others try secrets.
  const std::string& id() const { return id_; }

  // JWS signature bytes: for ES256 r and s of 32 bytes each. Throws when only the public half is
  // there.
  std::string Sign(std::string_view input) const;
  bool Verify(std::string_view input, std::string_view signature) const;

  std::string PrivatePem() const;
  std::string PublicPem() const;
  // RFC 7517, with alg, kid and use. Throws as PublicPem for a shared secret.
  std::string PublicJwk() const;

 private:
  Key(std::shared_ptr<evp_pkey_st> pkey, bool is_private, const std::string& origin);
  Key() = default;

  Algorithm algorithm_ = Algorithm::kEs256;
  std::string id_;
  std::shared_ptr<evp_pkey_st> pkey_;  // null for a secret
  std::string secret_;
  bool is_private_ = false;
};

}  // namespace session
