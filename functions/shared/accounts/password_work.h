// Passwords within a request: hashed and checked through the machine's HashGate, and told apart in
// repeated requests without being kept.
#pragma once

#include <string>
#include <string_view>

#include "functions/shared/accounts/password_hash.h"
#include "functions/shared/accounts/throttle.h"
#include "functions/shared/repeat/once.h"
#include "host/function/context.h"
#include "host/function/request.h"

namespace accounts {

// Throw host::Unavailable when the request's deadline comes before its turn.
std::string Hash(std::string_view password, const host::Request& request, host::Context& context);
Match Check(std::string_view password, const std::string& stored, const host::Request& request,
            host::Context& context);

// A fingerprint for requests that set a password. A plain digest of the body would let a reader of
// the table try passwords at a million per millisecond; so the digest covers `visible` alone, and
// the password is told by the very scrypt hash that the user's row holds: `hash`, empty while it is
// only looked for (repeat::Find).
//
// Who knows the key could guess the password by asking again and again: `throttle` counts each
// comparison, and lives as long as the fingerprint. Null where the key's owner is beyond doubt.
repeat::Fingerprint PasswordFingerprint(const host::Request& request, host::Context& context,
                                        std::string_view visible, const std::string& password,
                                        const std::string& hash, Throttle* throttle);

}  // namespace accounts
