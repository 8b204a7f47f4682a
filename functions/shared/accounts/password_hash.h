// Password hashes: scrypt (RFC 7914) by OpenSSL for new ones; bcrypt hashes that came from the old
// site are checked too.
//
// Stored as "$scrypt$ln=15,r=8,p=3$SALT$HASH", base64 without padding. Each call costs about a
// quarter of a second of one core and 32 MiB: call it through HashGate, and never while a database
// connection is held.
#pragma once

#include <string>
#include <string_view>

namespace accounts {

struct ScryptCost {
  int log_n = 15;
  int r = 8;
  int p = 3;
  bool operator==(const ScryptCost&) const = default;
};

enum class Match { kNo, kYes, kYesButOld };  // old: hash it again with today's cost

// With a fresh salt of 16 bytes. Throws std::runtime_error when memory is out.
std::string HashPassword(std::string_view password, const ScryptCost& cost = {});

// Compares in constant time. A stored text that is no hash known here matches nothing, and costs as
// much as one that is.
Match CheckPassword(std::string_view password, const std::string& stored);

// Whether `stored` is a hash of the old site that CheckPassword knows, by its looks.
bool IsBcrypt(std::string_view stored);

// The hash of a user who is not there, which no password matches: to be checked instead of one, by
// the same call. Where the stack lies changes scrypt's time by up to a twentieth, so another way to
// the same work would tell who is not there.
const std::string& NobodysHash();

}  // namespace accounts
