#include "host/scoreboard/thread_board.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace host {
namespace {

constexpr int kReadTries = 200;

constexpr std::array<std::string_view, 7> kMethodNames = {"GET",   "HEAD",   "POST",   "PUT",
                                                          "PATCH", "DELETE", "OPTIONS"};

std::string MethodName(size_t index) {
  return index < kMethodNames.size() ? std::string(kMethodNames[index]) : "other";
}

constexpr auto kBoundsNs = [] {
  std::array<int64_t, kDurationBounds.size()> bounds{};
  for (size_t i = 0; i < bounds.size(); ++i)
    bounds[i] = static_cast<int64_t>(kDurationBounds[i] * 1e9);
  return bounds;
}();

}  // namespace

// Stores below are releases, loads acquires (plain moves on x86-64): who has seen a word of a write
// has seen the odd sequence before it, and looks again. Fences would do, but ThreadSanitizer knows
// none.
template <size_t kBytes>
void ThreadBoard::Text<kBytes>::Write(std::string_view text) {
  text = text.substr(0, kBytes - 1);
  for (size_t i = 0; i < words.size(); ++i) {
    uint64_t word = 0;
    const size_t at = i * 8;
    if (at < text.size())
      std::memcpy(&word, text.data() + at, std::min<size_t>(8, text.size() - at));
    words[i].store(word, std::memory_order_release);
    if (text.size() < at + 8) return;  // this word ends with a NUL
  }
}

template <size_t kBytes>
std::string ThreadBoard::Text<kBytes>::Read() const {
  char bytes[kBytes];
  for (size_t i = 0; i < words.size(); ++i) {
    const uint64_t word = words[i].load(std::memory_order_acquire);
    std::memcpy(bytes + i * 8, &word, 8);
  }
  return {bytes, strnlen(bytes, kBytes)};
}

uint32_t ThreadBoard::Open() {
  const uint32_t sequence = sequence_.load(std::memory_order_relaxed);
  sequence_.store(sequence + 1, std::memory_order_relaxed);
  return sequence;
}

void ThreadBoard::Close(uint32_t sequence) {
  sequence_.store(sequence + 2, std::memory_order_release);
}

void ThreadBoard::Enter() { tid_.store(gettid(), std::memory_order_relaxed); }

void ThreadBoard::Begin(int64_t now_ns) {
  Raise(begun_);
  const uint32_t sequence = Open();
  busy_since_ns_.store(now_ns, std::memory_order_release);
  method_.Write({});
  path_.Write({});
  request_id_.Write({});
  Close(sequence);
}

void ThreadBoard::Describe(std::string_view method, std::string_view path,
                           std::string_view request_id) {
  const uint32_t sequence = Open();
  method_.Write(method);
  path_.Write(path);
  request_id_.Write(request_id);
  Close(sequence);
}

void ThreadBoard::Statement(const char* name) {
  const uint32_t sequence = Open();
  statement_.Write(name == nullptr ? std::string_view() : name);
  Close(sequence);
}

void ThreadBoard::End() {
  const uint32_t sequence = Open();
  busy_since_ns_.store(0, std::memory_order_release);
  Close(sequence);
}

size_t ThreadBoard::MethodIndex(std::string_view method) {
  return std::ranges::find(kMethodNames, method) - kMethodNames.begin();
}

void ThreadBoard::Count(std::string_view method, int status, int64_t duration_ns) {
  const size_t index = MethodIndex(method);
  const uint32_t key = static_cast<uint32_t>(index + 1) << 16 | static_cast<uint16_t>(status);
  size_t at = 0;
  for (; at < kAnswerKinds; ++at) {
    const uint32_t known = answers_[at].key.load(std::memory_order_relaxed);
    if (known == key) break;
    if (known != 0) continue;
    answers_[at].key.store(key, std::memory_order_release);
    break;
  }
  Raise(answers_[at].count);
  Durations& durations = durations_[index];
  const auto bucket = std::ranges::lower_bound(kBoundsNs, duration_ns) - kBoundsNs.begin();
  Raise(durations.buckets[bucket]);
  Raise(durations.sum_ns, duration_ns);
}

ThreadWork ThreadBoard::Read() const {
  ThreadWork work;
  for (int tries = 0; tries < kReadTries; ++tries) {
    if (tries >= kReadTries / 2) sched_yield();  // the writer was put off within a write
    const uint32_t before = sequence_.load(std::memory_order_acquire);
    work.tid = tid_.load(std::memory_order_relaxed);
    work.busy_since_ns = busy_since_ns_.load(std::memory_order_acquire);
    work.method = method_.Read();
    work.path = path_.Read();
    work.request_id = request_id_.Read();
    work.statement = statement_.Read();
    if (before % 2 != 0 || sequence_.load(std::memory_order_relaxed) != before) continue;
    if (work.busy_since_ns == 0) return {.tid = work.tid};
    return work;
  }
  return {.tid = work.tid, .busy_since_ns = work.busy_since_ns};
}

void ThreadBoard::AddTo(Counters& counters) const {
  for (size_t at = 0; at < answers_.size(); ++at) {
    const int64_t count = answers_[at].count.load(std::memory_order_relaxed);
    if (count == 0) continue;
    const uint32_t key = answers_[at].key.load(std::memory_order_acquire);
    const size_t method = key == 0 ? kMethods : (key >> 16) - 1;
    counters.answers[{MethodName(method), static_cast<int>(key & 0xFFFF)}] += count;
  }
  for (size_t method = 0; method < kMethods; ++method) {
    DurationHistogram read;
    for (size_t i = 0; i < kDurationBuckets; ++i)
      read.buckets[i] = durations_[method].buckets[i].load(std::memory_order_relaxed);
    if (read.count() == 0) continue;
    DurationHistogram& sum = counters.durations[MethodName(method)];
    for (size_t i = 0; i < kDurationBuckets; ++i) sum.buckets[i] += read.buckets[i];
    sum.sum_s +=
        static_cast<double>(durations_[method].sum_ns.load(std::memory_order_relaxed)) / 1e9;
  }
  counters.timeouts += timeouts_.load(std::memory_order_relaxed);
  counters.shed += shed_.load(std::memory_order_relaxed);
  counters.slow += slow_.load(std::memory_order_relaxed);
}

void ThreadBoard::AddTo(Totals& totals) const {
  for (const Answers& each : answers_) {
    const int64_t count = each.count.load(std::memory_order_relaxed);
    if (count == 0) continue;
    totals.requests += count;
    const uint32_t status = each.key.load(std::memory_order_acquire) & 0xFFFF;
    if (status >= 500) totals.errors += count;
  }
  totals.timeouts += timeouts_.load(std::memory_order_relaxed);
  totals.shed += shed_.load(std::memory_order_relaxed);
  totals.slow += slow_.load(std::memory_order_relaxed);
}

}  // namespace host
