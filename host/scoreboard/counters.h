// What a worker has done since it started, or several workers together.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace host {

// Upper bounds of a duration histogram's buckets, in seconds; one more bucket takes what is longer.
inline constexpr std::array kDurationBounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                               0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                               1.0,    2.5,     5.0,    10.0};
inline constexpr size_t kDurationBuckets = kDurationBounds.size() + 1;

struct DurationHistogram {
  std::array<int64_t, kDurationBuckets> buckets{};  // each alone, not summed up
  double sum_s = 0;
  int64_t count() const;
  DurationHistogram& operator+=(const DurationHistogram& other);
};

// The sums alone, many times cheaper to read.
struct Totals {
  int64_t requests = 0;  // answered, with any status
  int64_t errors = 0;    // of them, with 500 to 599
  int64_t timeouts = 0;  // answered 504: the deadline passed
  int64_t shed = 0;      // answered 503 and never started: too much to do
  int64_t slow = 0;      // took longer than the host's "slow_ms"

  Totals& operator+=(const Totals& other);
};

struct Counters {
  std::map<std::pair<std::string, int>, int64_t> answers;  // by method and status code
  std::map<std::string, DurationHistogram> durations;      // by method; answers 503 shed included
  int64_t timeouts = 0;                                    // these as in Totals
  int64_t shed = 0;
  int64_t slow = 0;

  int64_t requests() const;
  int64_t errors() const;
  Totals totals() const;
  Counters& operator+=(const Counters& other);
};

}  // namespace host
