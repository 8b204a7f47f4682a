#include "tests/chaos/disturber.h"

#include <exception>
#include <thread>

namespace chaos {
namespace {

using Clock = std::chrono::steady_clock;

template <typename Work>
void Noting(std::vector<std::string>& faults, const Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    faults.emplace_back(error.what());
  }
}

void Run(Disturber& disturber, Clock::time_point end, Disturbed& result) {
  // The first one comes after a part of the pace, so that disturbers of one pace do not march in
  // step; one that took longer than its pace lets the missed ones go.
  auto next = Clock::now() + disturber.every() / 4;
  while (next < end) {
    std::this_thread::sleep_until(next);
    Noting(result.faults, [&] { result.count += disturber.Disturb() ? 1 : 0; });
    next = std::max(next + disturber.every(), Clock::now());
  }
}

}  // namespace

std::vector<Disturbed> DisturbFor(milliseconds time, const Disturbers& disturbers) {
  const auto end = Clock::now() + time;
  std::vector<Disturbed> results;
  for (const auto& each : disturbers) results.push_back({.name = each->name()});
  std::vector<std::thread> threads;
  for (size_t i = 0; i < disturbers.size(); ++i) {
    threads.emplace_back([&, i] { Run(*disturbers[i], end, results[i]); });
  }
  std::this_thread::sleep_until(end);
  for (auto& thread : threads) thread.join();
  for (size_t i = 0; i < disturbers.size(); ++i) {
    Noting(results[i].faults, [&] { disturbers[i]->Restore(); });
  }
  return results;
}

}  // namespace chaos
