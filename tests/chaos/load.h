// Load: many clients that ask a running instance through NGINX, at a constant rate or as quickly as
// they are answered, and what came of each request.
//
// Each request carries an X-Request-ID of its own, by which logs can be searched, and the steady
// clock's time as X-Sent-Ns. One thread drives all connections. A constant rate is an honest one:
// what is due while all connections are busy waits, and its time counts from when it was due.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.h"
#include "tests/chaos/ledger.h"

namespace chaos {

// What is asked again and again.
struct Call {
  std::string name;  // for people
  std::string method = "GET";
  std::string path;
  std::vector<std::string> headers = {};  // "Name: value"
  bool writes = false;    // a form with a text of its own each time, noted in the ledger
  int connections = 8;    // kept; as many requests are on their way at most
  double per_second = 0;  // 0: each connection asks again as soon as it is answered
  std::set<int> good = {200};
  // A client that insists, as apps do: what broke or was refused (5xx) is sent again with the same
  // Idempotency-Key, until it is good or kPatience has passed.
  bool insists = false;
};

struct CallResult {
  std::string name;
  bool writes = false;
  long sent = 0;  // requests as the caller means them: resends are not counted again
  long resent = 0;
  long failed = 0;
  std::map<int, std::vector<double>> seconds;  // of each final answer, by status
  long bare_refusals = 0;                      // 503 without Retry-After
  std::map<std::string, long> served_by;       // by the answer's X-Served-By; "" when it has none
  std::vector<std::string> failures;           // the first ones, a line each

  long Count(int status) const;
  double Seconds(int status, double part) const;  // the quantile of their times; 0 without any
};

class Load {
 public:
  static constexpr std::chrono::seconds kPatience{20};

  // `ledger` outlives the load.
  Load(int port, std::vector<Call> calls, Ledger& ledger);
  ~Load();  // as Stop()
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  long answered() const { return answered_; }
  // Asks nothing new, waits for what is on its way. One result for each call, in their order.
  std::vector<CallResult> Stop();

 private:
  class Engine;
  std::atomic<bool> stop_ = false;
  std::atomic<long> answered_ = 0;
  std::unique_ptr<Engine> engine_;
  std::thread thread_;
};

}  // namespace chaos
