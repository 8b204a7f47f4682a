// What it costs to check a token, with and without the cache of checked tokens, by algorithm.
//
//   token_check [ROUNDS]      one line each: microseconds, the median of ROUNDS (21) batches

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "functions/shared/session/token.h"
#include "functions/shared/session/token_cache.h"
#include "functions/shared/session/uuid7.h"

namespace {

using session::Algorithm;
using session::Key;
using session::TokenKind;

constexpr char kIssuer[] = "https://thoughts.example";
constexpr int64_t kNow = 1'764'000'000;

std::string Token(const Key& key) {
  session::Claims claims;
  claims.issuer = kIssuer;
  claims.audience = kIssuer;
  claims.user_id = 123456;
  claims.username = "somebody";
  claims.scopes = {"thoughts:read", "thoughts:write", "profile"};
  claims.client_id = "4f6b1c0e9d2a4b7c8e5f";
  claims.grant = "9d2a4b7c8e5f4f6b1c0e";
  claims.issued_s = kNow;
  claims.expires_s = kNow + session::kAccessSeconds;
  claims.id = session::MakeUuid7(kNow * 1000);
  return session::Sign(claims, TokenKind::kAccess, key);
}

// Microseconds of one call.
template <typename Work>
double Median(int rounds, int calls, const Work& work) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) work();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count() / calls);
  }
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[static_cast<size_t>(rounds) / 2];
}

void Require(bool good) {
  if (!good) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 21;
  std::printf("%-6s %10s %12s %12s\n", "", "sign us", "check us", "cached us");
  for (const auto& [name, key] :
       {std::pair<const char*, Key>{"ES256", Key::Generate(Algorithm::kEs256)},
        {"RS256", Key::Generate(Algorithm::kRs256)},
        {"EdDSA", Key::Generate(Algorithm::kEdDsa)},
        {"HS256", Key::FromSecret(std::string(32, 's'), "bench")}}) {
    const std::string token = Token(key);
    const session::KeySet keys({key});
    const auto check = [&] { return session::CheckForApi(token, keys, kIssuer, kNow); };
    session::TokenCache cache;
    cache.Keep(token, 1, std::make_shared<const session::Claims>(check().value()));
    std::printf("%-6s %10.1f %12.1f %12.3f\n", name, Median(rounds, 100, [&] { Token(key); }),
                Median(rounds, 200, [&] { Require(check().has_value()); }),
                Median(rounds, 20'000, [&] { Require(cache.Find(token, 1) != nullptr); }));
  }
  return 0;
}
