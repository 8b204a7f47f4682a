#include "host/scoreboard/counters.h"

#include <numeric>

namespace host {

int64_t DurationHistogram::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), int64_t{0});
}

DurationHistogram& DurationHistogram::operator+=(const DurationHistogram& other) {
  for (size_t i = 0; i < kDurationBuckets; ++i) buckets[i] += other.buckets[i];
  sum_s += other.sum_s;
  return *this;
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

Totals Counters::totals() const { return {requests(), errors(), timeouts, shed, slow}; }

Totals& Totals::operator+=(const Totals& other) {
  requests += other.requests;
  errors += other.errors;
  timeouts += other.timeouts;
  shed += other.shed;
  slow += other.slow;
  return *this;
}

Counters& Counters::operator+=(const Counters& other) {
  for (const auto& [key, count] : other.answers) answers[key] += count;
  for (const auto& [method, theirs] : other.durations) durations[method] += theirs;
  timeouts += other.timeouts;
  shed += other.shed;
  slow += other.slow;
  return *this;
}

}  // namespace host
