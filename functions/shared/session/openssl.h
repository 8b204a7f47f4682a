// Owners for OpenSSL's objects, and its errors as text. For this package's .cc files.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace session::openssl {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Pkey = std::shared_ptr<EVP_PKEY>;
using Bio = std::unique_ptr<BIO, Deleter<&BIO_free_all>>;
using Bignum = std::unique_ptr<BIGNUM, Deleter<&BN_clear_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Deleter<&EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<&ECDSA_SIG_free>>;

inline const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* Data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// The oldest waiting error; the thread's error queue is empty afterwards.
inline std::string Error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown fault" : reason;
}

// For calls that fail only when memory or random numbers are out.
inline void Require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("OpenSSL: ") + what + ": " + Error());
}

}  // namespace session::openssl
