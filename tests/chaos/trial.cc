#include "tests/chaos/trial.h"

#include <boost/test/unit_test.hpp>
#include <iostream>
#include <numeric>
#include <sstream>
#include <thread>

#include "tests/chaos/stage.h"
#include "tests/instance/host.h"

namespace chaos {
namespace {

using Clock = std::chrono::steady_clock;

template <typename Field>
long Sum(const std::vector<CallResult>& calls, Field field) {
  return std::accumulate(calls.begin(), calls.end(), 0L,
                         [&](long sum, const auto& call) { return sum + call.*field; });
}

// What was done in all trials, printed in the end.
struct Tally {
  struct Line {
    std::string test;
    double seconds = 0;
    long sent = 0, failed = 0, resent = 0, written = 0, lost = 0, doubled = 0;
    std::string disturbances;
  };
  std::vector<Line> lines;
  std::vector<std::string> notes;

  ~Tally() {
    if (lines.empty() && notes.empty()) return;
    Line all{.test = "all"};
    for (const auto& line : lines) {
      all.seconds += line.seconds;
      all.sent += line.sent;
      all.failed += line.failed;
      all.resent += line.resent;
      all.written += line.written;
      all.lost += line.lost;
      all.doubled += line.doubled;
    }
    std::printf("\n%8s %9s %7s %7s %8s %5s %8s  %s\n", "seconds", "requests", "failed", "resent",
                "writes", "lost", "doubled", "");
    for (const auto& line : lines) Print(line);
    Print(all);
    for (const auto& note : notes) std::printf("%s\n", note.c_str());
  }

  static void Print(const Line& line) {
    std::printf("%8.1f %9ld %7ld %7ld %8ld %5ld %8ld  %s%s%s\n", line.seconds, line.sent,
                line.failed, line.resent, line.written, line.lost, line.doubled, line.test.c_str(),
                line.disturbances.empty() ? "" : ": ", line.disturbances.c_str());
  }
};

Tally& TheTally() {
  static Tally tally;
  return tally;
}

std::string TestName() { return boost::unit_test::framework::current_test_case().p_name; }

void Show(const std::string& what, const std::vector<std::string>& texts) {
  for (size_t i = 0; i < texts.size() && i < 10; ++i) BOOST_ERROR(what << ": " << texts[i]);
}

}  // namespace

long Outcome::sent() const { return Sum(calls, &CallResult::sent); }
long Outcome::failed() const { return Sum(calls, &CallResult::failed); }
long Outcome::resent() const { return Sum(calls, &CallResult::resent); }

std::vector<std::string> Stored(const Ledger& ledger) {
  auto rows =
      Database().Query("SELECT text FROM thoughts WHERE user_id = $1 AND starts_with(text, $2)",
                       {std::to_string(Writer().id), ledger.mark() + "."});
  std::vector<std::string> texts;
  for (auto& row : rows) texts.push_back(row[0].value());
  return texts;
}

Outcome Try(milliseconds time, std::vector<Call> calls, const Disturbers& disturbers) {
  Ledger ledger("chaos" + e2e::Unique("").substr(1));
  BOOST_TEST(e2e::Settled(), "the pools are not as they should be before the trial");
  const auto begin = Clock::now();
  const auto enough = static_cast<long>(calls.size()) * 5;
  Load load(Port(), std::move(calls), ledger);
  while (load.answered() < enough && Clock::now() < begin + std::chrono::seconds(5)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Outcome outcome;
  outcome.disturbed = DisturbFor(time, disturbers);
  outcome.calls = load.Stop();
  outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  outcome.verdict = ledger.Check(Stored(ledger));
  Record(outcome);
  BOOST_TEST(e2e::Settled(), "the pools are not as they should be after the trial");
  return outcome;
}

void NothingLost(const Outcome& outcome) {
  const auto& verdict = outcome.verdict;
  Show("acknowledged and lost", verdict.lost);
  Show("there twice", verdict.doubled);
  Show("there, and never sent", verdict.strangers);
  BOOST_TEST(verdict.right());
  BOOST_TEST(verdict.acknowledged > 10);
  for (const auto& call : outcome.calls) BOOST_TEST(call.sent > 10, call.name);
  for (const auto& each : outcome.disturbed) {
    Show(each.name, each.faults);
    BOOST_TEST(each.faults.empty());
    BOOST_TEST(each.count > 0, "no " << each.name);
  }
}

void NothingFailed(const Outcome& outcome) {
  NothingLost(outcome);
  for (const auto& call : outcome.calls) {
    Show("failed", call.failures);
    BOOST_TEST(call.failed == 0, call.name);
  }
  BOOST_TEST(outcome.verdict.unacknowledged == 0);
}

void Record(const Outcome& outcome) {
  std::string disturbances;
  for (const auto& each : outcome.disturbed) {
    disturbances +=
        (disturbances.empty() ? "" : ", ") + std::to_string(each.count) + " " + each.name;
  }
  TheTally().lines.push_back({TestName(), outcome.seconds, outcome.sent(), outcome.failed(),
                              outcome.resent(), outcome.verdict.stored,
                              static_cast<long>(outcome.verdict.lost.size()),
                              static_cast<long>(outcome.verdict.doubled.size()), disturbances});
}

void Note(const std::string& what) { TheTally().notes.push_back(TestName() + ": " + what); }

}  // namespace chaos
