#include "host/db/canceller.h"

#include <postgresql/libpq-fe.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace host::db {
namespace {

constexpr size_t kMostWaiting = 64;

struct FreeCancel {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};
using Request = std::unique_ptr<PGcancel, FreeCancel>;

}  // namespace

struct Canceller::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Request> waiting;
  std::thread thread;
  bool asks = false;  // the thread is waiting for PostgreSQL
  bool ends = false;
};

Canceller::Canceller() : shared_(std::make_shared<Shared>()) {}

Canceller::~Canceller() {
  std::thread thread;
  bool hangs = false;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->ends = true;
    hangs = shared_->asks;
    thread = std::move(shared_->thread);
  }
  shared_->changed.notify_one();
  if (!thread.joinable()) return;
  if (hangs)
    thread.detach();
  else
    thread.join();
}

void Canceller::Cancel(pg_conn* connection) {
  Request cancel(PQgetCancel(connection));
  if (!cancel) return;
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->waiting.size() >= kMostWaiting) return;
    shared_->waiting.push_back(std::move(cancel));
    // What the thread uses lives as long as it does, also after the canceller.
    if (!shared_->thread.joinable())
      shared_->thread = std::thread([shared = shared_] { Work(*shared); });
  }
  shared_->changed.notify_one();
}

void Canceller::Work(Shared& shared) {
  std::unique_lock lock(shared.mutex);
  for (;;) {
    shared.changed.wait(lock, [&] { return shared.ends || !shared.waiting.empty(); });
    if (shared.ends) return;
    const Request cancel = std::move(shared.waiting.front());
    shared.waiting.pop_front();
    shared.asks = true;
    lock.unlock();
    std::array<char, 256> why;
    // A statement that cannot be cancelled is ended by statement_timeout.
    [[maybe_unused]] const int sent = PQcancel(cancel.get(), why.data(), why.size());
    lock.lock();
    shared.asks = false;
  }
}

}  // namespace host::db
