// Who is logged in at the old site, while pages move from there to here: the function
// session_bridge makes a session of ours of the old site's cookie (docs/migration.md).
//
// Off unless the need "api" gives SESSION_BRIDGE_URL as well, where NGINX serves that function: its
// internal port.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "host/base/clock.h"
#include "host/function/context.h"
#include "host/function/request.h"

namespace front {

// The session token for the number in the old site's cookie; "" when there is none, when it is not
// (any more) a log-in there, and while that cannot be known: then the visitor is a guest until the
// next page. Never throws host::Unavailable.
std::string OldSessionToken(const std::string& number, const host::Request& request,
                            host::Context& context);

// A worker's answers of late. Thread-safe.
class OldSessionCache {
 public:
  // So long a log-out at the old site may go unheard, in a browser that keeps its cookie.
  static constexpr std::chrono::seconds kFresh{5};
  // So long a session goes on without an answer of the bridge.
  static constexpr std::chrono::minutes kStale{5};
  static constexpr size_t kMost = 10'000;

  // A token, or "" for what is no session; nothing when the answer is older than `age`.
  std::optional<std::string> Find(const std::string& number, host::SteadyTime now,
                                  std::chrono::seconds age);
  void Keep(const std::string& number, const std::string& token, host::SteadyTime now);

 private:
  struct Entry {
    std::string token;
    host::SteadyTime at;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace front
