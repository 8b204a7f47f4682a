// Context: what a handler may use besides the request. One per request, on the request's thread,
// referring to the process.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <typeindex>

#include "host/base/clock.h"
#include "host/base/config.h"
#include "host/base/log.h"
#include "host/db/database.h"
#include "host/db/pool.h"
#include "host/scoreboard/thread_board.h"

namespace host {

// What all threads of a worker share. `main` builds it; it outlives every Context.
struct Process {
  std::string function;  // manifest name
  std::string scope;     // manifest scope, "" when the route needs no token
  Config config;
  const Clock& clock;
  Log log;
  std::unique_ptr<db::Pool> pool;  // null when the manifest needs no database

  // One object per type and process, made at its first use (key sets, caches). `make` runs under a
  // lock, once; when it throws, the next call tries again. T must be safe to use from several
  // threads.
  template <typename T>
  T& Shared(const std::function<std::shared_ptr<T>()>& make) {
    const std::lock_guard lock(shared_mutex);
    auto& slot = shared[std::type_index(typeid(T))];
    if (!slot) slot = make();
    return *static_cast<T*>(slot.get());
  }
  std::mutex shared_mutex;
  std::map<std::type_index, std::shared_ptr<void>> shared;
};

class Context {
 public:
  // `board`: where the thread shows what it waits for; null in tests of handlers.
  Context(Process& process, SteadyTime deadline, ThreadBoard* board = nullptr)
      : process_(process), deadline_(deadline), board_(board) {}
  Context(const Context&) = delete;

  // Throws std::logic_error when no database was configured for this function ("needs" in
  // function.json).
  db::Database& db();
  const Clock& clock() const { return process_.clock; }
  const Config& config() const { return process_.config; }
  const Log& log() const { return process_.log; }
  const std::string& function() const { return process_.function; }
  const std::string& scope() const { return process_.scope; }
  SteadyTime deadline() const { return deadline_; }
  template <typename T>
  T& Shared(const std::function<std::shared_ptr<T>()>& make) {
    return process_.Shared<T>(make);
  }

 private:
  Process& process_;
  SteadyTime deadline_;
  ThreadBoard* board_;
  std::optional<db::Database> db_;
};

}  // namespace host
