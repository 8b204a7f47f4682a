// The part of a scoreboard that one thread of a worker writes: what it is doing, and what it has
// done.
//
// One writer, any number of readers in any process, no lock. What must fit together (since when
// busy, with what) stands under a sequence lock: readers look again when the writer was at it.
// Counters are read one by one and only ever grow. Nothing here allocates or throws, and a cache
// line belongs to one thread.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/scoreboard/counters.h"

namespace host {

// What a thread is doing, as somebody else sees it.
struct ThreadWork {
  pid_t tid = 0;              // 0: no such thread was started
  int64_t busy_since_ns = 0;  // CLOCK_MONOTONIC; 0 idle, and then the texts are empty
  std::string method;
  std::string path;  // cut at 191 bytes, as all texts are at their room
  std::string request_id;
  std::string statement;  // name of the SQL statement it waits for, "" when none
};

class alignas(64) ThreadBoard {
 public:
  ThreadBoard() = default;
  ThreadBoard(const ThreadBoard&) = delete;
  ThreadBoard& operator=(const ThreadBoard&) = delete;

  // ---- The writer's, always the same thread.
  void Enter();                // once, when the thread starts: notes its thread id
  void Begin(int64_t now_ns);  // a request, of which nothing is known yet
  void Describe(std::string_view method, std::string_view path, std::string_view request_id);
  // The statement that the request waits for; nullptr when it is over.
  void Statement(const char* name);
  void End();
  // An answer is on its way. `duration_ns` counts from the request's arrival.
  void Count(std::string_view method, int status, int64_t duration_ns);
  void CountTimeout() { Raise(timeouts_); }
  void CountShed() { Raise(shed_); }
  void CountSlow() { Raise(slow_); }

  // ---- Everybody's.
  // Without texts when the writer never leaves them alone: it was stopped within a write.
  ThreadWork Read() const;
  int64_t busy_since_ns() const { return busy_since_ns_.load(std::memory_order_acquire); }
  int64_t begun() const { return begun_.load(std::memory_order_relaxed); }
  void AddTo(Counters& counters) const;
  void AddTo(Totals& totals) const;

 private:
  // NUL-terminated text in whole words, so that a torn read is no data race.
  template <size_t kBytes>
  struct Text {
    static_assert(kBytes % 8 == 0);
    void Write(std::string_view text);
    std::string Read() const;
    std::array<std::atomic<uint64_t>, kBytes / 8> words{};
  };
  struct Answers {
    std::atomic<uint32_t> key{0};  // (method + 1) << 16 | status; 0: free
    std::atomic<int64_t> count{0};
  };
  struct Durations {
    std::array<std::atomic<int64_t>, kDurationBuckets> buckets{};
    std::atomic<int64_t> sum_ns{0};
  };
  static constexpr size_t kMethods = 8;       // those of RFC 9110 that NGINX knows, and "other"
  static constexpr size_t kAnswerKinds = 63;  // method x status; further ones count in the last

  static size_t MethodIndex(std::string_view method);
  template <typename Counter>
  static void Raise(Counter& counter, int64_t by = 1) {  // one writer: no locked instruction
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  uint32_t Open();
  void Close(uint32_t sequence);

  std::atomic<uint32_t> sequence_{0};  // odd while the writer is at it
  std::atomic<int32_t> tid_{0};
  std::atomic<int64_t> busy_since_ns_{0};
  std::atomic<int64_t> begun_{0};
  std::atomic<int64_t> timeouts_{0};
  std::atomic<int64_t> shed_{0};
  std::atomic<int64_t> slow_{0};
  Text<16> method_;
  Text<192> path_;
  Text<128> request_id_;
  Text<64> statement_;
  std::array<Answers, kAnswerKinds + 1> answers_{};
  std::array<Durations, kMethods> durations_{};
};

}  // namespace host
