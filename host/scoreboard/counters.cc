#include "host/scoreboard/counters.h"

#include <numeric>

namespace host {

int64_t DurationHistogram::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), int64_t{0});
}

int64_t Counters::requests() const {
  int64_t sum = 0;
  for (const auto& [key, count] : answers) sum += count;
  return sum;
}

int64_t Counters::errors() const {
  int64_t sum = 0;
  for (const auto& [key, count] : answers) sum += key.second >= 500 ? count : 0;
  return sum;
}

Counters& Counters::operator+=(const Counters& other) {
  for (const auto& [key, count] : other.answers) answers[key] += count;
  for (const auto& [method, theirs] : other.durations) {
    DurationHistogram& ours = durations[method];
    for (size_t i = 0; i < kDurationBuckets; ++i) ours.buckets[i] += theirs.buckets[i];
    ours.sum_s += theirs.sum_s;
  }
  timeouts += other.timeouts;
  shed += other.shed;
  slow += other.slow;
  return *this;
}

}  // namespace host
