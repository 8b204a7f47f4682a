// DatabaseCheck: asks the database once a second, in a thread of its own, so that /readyz answers
// at once and the event loop never waits for a network. The connection is kept between checks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "host/base/clock.h"
#include "host/db/connection.h"
#include "host/supervisor/config.h"

namespace host {

struct DatabaseState {
  bool ok = false;
  std::string found;   // what the query gave: the schema's version
  std::string detail;  // why not ok; never the connection string
};

// One check, now, on a connection of its own; takes two seconds at most.
DatabaseState AskDatabase(const ReadyCheck& settings);

class DatabaseCheck {
 public:
  explicit DatabaseCheck(const ReadyCheck& settings);
  ~DatabaseCheck();  // waits for a check under way, two seconds at most

  // The last answer; not ok when it is too old. Any thread.
  DatabaseState State() const;

 private:
  void Run(const std::stop_token& stop);

  const ReadyCheck settings_;
  const std::string sql_;
  std::unique_ptr<db::Connection> connection_;  // the thread's
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  DatabaseState state_{.ok = false, .found = "", .detail = "not asked yet"};
  SteadyTime asked_ = std::chrono::steady_clock::now();
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace host
