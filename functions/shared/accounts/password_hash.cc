#include "functions/shared/accounts/password_hash.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>

namespace accounts {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
// Bounds for what a stored hash may ask of us: a damaged row must not take the machine's memory.
constexpr int kMaxLogN = 20;
constexpr int kMaxR = 32;
constexpr int kMaxP = 16;
constexpr size_t kBcryptBytes = 72;  // bcrypt does not read further

struct Stored {
  ScryptCost cost;
  std::string salt, hash;
};

std::string Derive(std::string_view password, std::string_view salt, const ScryptCost& cost,
                   size_t size) {
  const uint64_t n = uint64_t{1} << cost.log_n;
  const auto r = static_cast<uint64_t>(cost.r);
  const auto p = static_cast<uint64_t>(cost.p);
  // OpenSSL's own limit is 32 MiB, which the default cost already passes by a little.
  const uint64_t memory = 128 * r * (n + p + 2) + (1 << 20);
  std::string out(size, '\0');
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), n, r, p,
                     memory, reinterpret_cast<unsigned char*>(out.data()), out.size()) != 1) {
    ERR_clear_error();
    throw std::runtime_error("scrypt failed: no memory?");
  }
  return out;
}

// Base64 without padding, as the strings of the PHC format have it.
std::string Encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                              reinterpret_cast<const unsigned char*>(bytes.data()),
                              static_cast<int>(bytes.size())));
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<std::string> Decode(std::string text) {
  const size_t size = text.size() * 3 / 4;
  while (text.size() % 4 != 0) text += '=';
  std::string bytes(text.size() / 4 * 3, '\0');
  if (text.empty() || EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

std::string Format(const ScryptCost& cost, std::string_view salt, std::string_view hash) {
  return "$scrypt$ln=" + std::to_string(cost.log_n) + ",r=" + std::to_string(cost.r) +
         ",p=" + std::to_string(cost.p) + "$" + Encode(salt) + "$" + Encode(hash);
}

// Takes "NAME=number" and the separator behind it from the front of `text`.
bool Take(std::string_view& text, std::string_view name, char end, int most, int& value) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const size_t length = static_cast<size_t>(stop - text.data());
  if (error != std::errc() || length == text.size() || *stop != end) return false;
  text.remove_prefix(length + 1);
  return value >= 1 && value <= most;
}

std::optional<Stored> Parse(std::string_view text) {
  Stored stored;
  if (!Take(text, "$scrypt$ln=", ',', kMaxLogN, stored.cost.log_n) ||
      !Take(text, "r=", ',', kMaxR, stored.cost.r) ||
      !Take(text, "p=", '$', kMaxP, stored.cost.p)) {
    return std::nullopt;
  }
  const size_t dollar = text.find('$');
  if (dollar == std::string_view::npos) return std::nullopt;
  auto salt = Decode(std::string(text.substr(0, dollar)));
  auto hash = Decode(std::string(text.substr(dollar + 1)));
  if (!salt || !hash || hash->size() < 16 || hash->size() > 64) return std::nullopt;
  stored.salt = *std::move(salt);
  stored.hash = *std::move(hash);
  return stored;
}

bool Same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool MatchesBcrypt(std::string_view password, const std::string& stored) {
  const auto data = std::make_unique<crypt_data>();  // 32 KiB, zeroed
  const std::string head(password.substr(0, kBcryptBytes));
  const char* made = crypt_r(head.c_str(), stored.c_str(), data.get());
  return made != nullptr && made[0] != '*' && Same(made, stored);
}

}  // namespace

bool IsBcrypt(std::string_view stored) {
  return stored.size() == 60 &&
         (stored.starts_with("$2a$") || stored.starts_with("$2b$") || stored.starts_with("$2y$"));
}

std::string HashPassword(std::string_view password, const ScryptCost& cost) {
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) !=
      1) {
    throw std::runtime_error("no random numbers to be had");
  }
  return Format(cost, salt, Derive(password, salt, cost, kHashBytes));
}

Match CheckPassword(std::string_view password, const std::string& stored) {
  if (const auto parsed = Parse(stored)) {
    const auto made = Derive(password, parsed->salt, parsed->cost, parsed->hash.size());
    if (!Same(made, parsed->hash)) return Match::kNo;
    return parsed->cost == ScryptCost{} ? Match::kYes : Match::kYesButOld;
  }
  if (IsBcrypt(stored)) return MatchesBcrypt(password, stored) ? Match::kYesButOld : Match::kNo;
  return CheckPassword(password, NobodysHash());
}

const std::string& NobodysHash() {
  static const std::string hash =
      Format(ScryptCost{}, std::string(kSaltBytes, 's'), std::string(kHashBytes, '\0'));
  return hash;
}

}  // namespace accounts
