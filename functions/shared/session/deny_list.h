// DenyList: the tokens, grants and users that are refused before their tokens expire, as far as
// this process has heard.
//
// Read by the requests themselves: one that finds the list kStale old reads what is new before it
// is answered; others go on with what is there until it is kLatest old, then they wait for that
// read. So a log-out is heard within a second. While reads fail or hang, the list serves until it
// is kTooOld. Safe for several threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "functions/shared/session/token.h"
#include "host/base/clock.h"

namespace session {

struct Revocation {
  enum class Kind { kToken, kUser, kGrant };
  Kind kind = Kind::kToken;
  std::string subject;   // a token's `jti`, a user's id, or an OAuth grant's id
  int64_t epoch_ms = 0;  // for users: tokens made until then are refused
  int64_t until_s = 0;   // no such token lives longer
};

class DenyList {
 public:
  static constexpr std::chrono::milliseconds kStale{900};
  static constexpr std::chrono::milliseconds kLatest{950};  // while another request reads
  static constexpr std::chrono::seconds kPatience{1};       // with another request's read
  static constexpr std::chrono::seconds kTooOld{10};
  static constexpr std::chrono::milliseconds kRetry{100};  // between reads that fail

  struct News {
    std::vector<Revocation> revocations;
    std::string cursor;  // give it to the next read
  };
  // Reads what came after `cursor` (empty: all). Throws host::Unavailable when it cannot.
  using Read = std::function<News(const std::string& cursor)>;

  // Returns true when the list is at most kTooOld old afterwards.
  bool Refresh(const host::Clock& clock, host::SteadyTime deadline, const Read& read);

  bool Refuses(const Claims& claims) const;
  size_t size() const;

 private:
  struct UserEpoch {
    int64_t epoch_ms = 0;
    int64_t until_s = 0;
  };
  bool Usable(host::SteadyTime now) const { return read_at_ && now - *read_at_ <= kTooOld; }
  void Apply(const News& news, int64_t now_s);

  std::mutex state_;  // guards the next five
  std::condition_variable done_;
  bool reading_ = false;
  std::optional<host::SteadyTime> read_at_;    // when the last good read began
  std::optional<host::SteadyTime> failed_at_;  // when the last read failed, if it did
  std::string cursor_;

  mutable std::shared_mutex entries_;                // guards the rest
  std::unordered_map<std::string, int64_t> tokens_;  // until_s
  std::unordered_map<std::string, int64_t> grants_;  // until_s
  std::unordered_map<int64_t, UserEpoch> users_;
  int64_t pruned_s_ = 0;
};

}  // namespace session
