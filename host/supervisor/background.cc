#include "host/supervisor/background.h"

#include <exception>

namespace host {

Background::Background(EventLoop& loop, size_t most)
    : loop_(loop), most_(most), thread_([this](const std::stop_token& stop) { Work(stop); }) {}

Background::~Background() { *alive_ = false; }

bool Background::Add(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= most_) return false;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

void Background::Work(const std::stop_token& stop) {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !tasks_.empty(); }) || stop.stop_requested()) {
        return;
      }
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    Finish finish;
    try {
      finish = task(stop);
    } catch (...) {
      finish = [fault = std::current_exception()] { std::rethrow_exception(fault); };
    }
    loop_.Post([alive = alive_, finish = std::move(finish)]() mutable {
      if (*alive) finish();
    });
  }
}

}  // namespace host
