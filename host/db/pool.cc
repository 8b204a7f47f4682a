#include "host/db/pool.h"

#include <algorithm>
#include <chrono>
#include <random>

namespace host::db {
namespace {

using std::chrono::milliseconds;

// A server that accepts but does not answer must not use up a request's whole time.
constexpr milliseconds kConnectTimeout{1000};

constexpr milliseconds kFairTime{100};

milliseconds Pause() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return milliseconds(std::uniform_int_distribution<>(100, 300)(random));
}

}  // namespace

Lease::~Lease() {
  if (connection_) pool_->GiveBack(std::move(connection_));
}

Pool::Pool(ConnectionSettings settings, size_t size, const Log& log)
    : settings_(std::move(settings)), size_(size), log_(log) {}

void Pool::ConnectAhead() {
  auto connection = std::make_unique<Connection>(settings_, &canceller_);
  const std::lock_guard lock(mutex_);
  ahead_ = std::move(connection);
}

std::unique_ptr<Connection> Pool::Connect(SteadyTime deadline) {
  std::unique_ptr<Connection> ahead;
  {
    const std::lock_guard lock(mutex_);
    ahead = std::move(ahead_);
  }
  if (ahead) try {
      ahead->Establish(deadline);
      return ahead;
    } catch (const Broken&) {
      // PostgreSQL may be back since it was asked.
    }
  auto connection = std::make_unique<Connection>(settings_, &canceller_);
  connection->Establish(deadline);
  return connection;
}

Lease Pool::Take(SteadyTime deadline) {
  for (;;) {
    std::unique_ptr<Connection> connection;
    {
      const std::lock_guard lock(mutex_);
      if (idle_.empty()) {
        if (std::chrono::steady_clock::now() < closed_until_) {
          throw Unavailable("database away: not tried again yet");
        }
        break;
      }
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
    if (connection->Alive()) return {*this, std::move(connection)};
  }
  const auto start = std::chrono::steady_clock::now();
  try {
    const auto by = std::min(deadline, start + kConnectTimeout);
    auto connection = Connect(by);
    const std::lock_guard lock(mutex_);
    closed_until_ = {};
    if (std::exchange(away_, false)) log_.Info("database back");
    return {*this, std::move(connection)};
  } catch (const Broken& broken) {
    const auto now = std::chrono::steady_clock::now();
    // A request with no time left says nothing about PostgreSQL.
    if (now < deadline || now - start >= kFairTime) Failed(broken.what());
    if (now >= deadline) throw TimedOut(broken.what());
    throw;
  }
}

void Pool::Failed(const std::string& why) {
  const std::lock_guard lock(mutex_);
  closed_until_ = std::chrono::steady_clock::now() + Pause();
  if (!std::exchange(away_, true)) log_.Error(why);
}

void Pool::GiveBack(std::unique_ptr<Connection> connection) {
  if (!connection->Reusable()) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < size_) idle_.push_back(std::move(connection));
}

}  // namespace host::db
