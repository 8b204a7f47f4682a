// Random tokens of OAuth, and what the database keeps of them.
#pragma once

#include <string>
#include <string_view>

namespace oauth {

// 32 random bytes, and the same as base64url: 43 characters.
std::string RandomBytes();
std::string RandomToken();

// SHA-256, 32 bytes. Enough for tokens of 256 random bits: nobody guesses them from it.
std::string Hash(std::string_view secret);

// In the same time wherever they differ.
bool SameSecret(std::string_view left, std::string_view right);

// The token that follows `token`: HMAC-SHA256, base64url. Neither the seed, which the database
// has, nor the token, which the client has, gives it alone; so it can be made again for a repeated
// request, and is stored nowhere.
std::string Successor(std::string_view seed, std::string_view token);

}  // namespace oauth
