// A trial: load on the instance, disturbances meanwhile, and the check of what the database holds
// in the end.
#pragma once

#include <string>
#include <vector>

#include "tests/chaos/disturber.h"
#include "tests/chaos/ledger.h"
#include "tests/chaos/load.h"

namespace chaos {

struct Outcome {
  double seconds = 0;
  std::vector<CallResult> calls;
  std::vector<Disturbed> disturbed;
  Verdict verdict;

  long sent() const;
  long failed() const;
  long resent() const;
};

// Disturbs for that time while the calls are made; before, waits until each call was answered,
// after, until all pools are as they should be. Notes all in the table that stands at the end.
Outcome Try(milliseconds time, std::vector<Call> calls, const Disturbers& disturbers);

// Checks (as errors of the running test, in its thread) that something was asked of each call and
// disturbed by each disturber, that no request and no operation failed, that no write is lost or
// doubled.
void NothingFailed(const Outcome& outcome);
// The same without the requests: for calls whose failures are the client's to mend.
void NothingLost(const Outcome& outcome);

// All texts of `ledger` that the database holds.
std::vector<std::string> Stored(const Ledger& ledger);

// A row of the table of trials, which is printed when the program ends; and a line below it.
void Record(const Outcome& outcome);
void Note(const std::string& what);

}  // namespace chaos
