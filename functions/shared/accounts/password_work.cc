#include "functions/shared/accounts/password_work.h"

#include <memory>

#include "functions/shared/accounts/hash_gate.h"

namespace accounts {
namespace {

// Time left for the statements and the answer after the hash.
constexpr std::chrono::milliseconds kReserve{1000};

template <typename Work>
auto InTurn(const host::Request& request, host::Context& context, Work&& work) {
  auto& gate = context.Shared<HashGate>([&] {
    return std::make_shared<HashGate>(context.config().Find("FNHOST_RUN_DIR").value_or(""));
  });
  return gate.Run(request.deadline() - kReserve, work);
}

}  // namespace

std::string Hash(std::string_view password, const host::Request& request, host::Context& context) {
  return InTurn(request, context, [&] { return HashPassword(password); });
}

Match Check(std::string_view password, const std::string& stored, const host::Request& request,
            host::Context& context) {
  return InTurn(request, context, [&] { return CheckPassword(password, stored); });
}

repeat::Fingerprint PasswordFingerprint(const host::Request& request, host::Context& context,
                                        std::string_view visible, const std::string& password,
                                        const std::string& hash, Throttle* throttle) {
  const std::string digest = repeat::Digest({request.method(), repeat::PathOf(request), visible});
  return {digest + hash,
          [&request, &context, digest, password](std::string_view stored) {
            return stored.starts_with(digest) &&
                   Check(password, std::string(stored.substr(digest.size())), request, context) !=
                       Match::kNo;
          },
          [throttle]() -> host::Result<void> {
            if (throttle == nullptr) return {};
            return throttle->Attempt();
          }};
}

}  // namespace accounts
