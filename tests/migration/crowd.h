// Crowd: people who use the site all the time while it is moved, each in a thread of its own: some
// stay logged in from the beginning to the end, some come and go, some only look.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/chaos/ledger.h"
#include "tests/migration/person.h"

namespace migration {

struct CrowdResult {
  long requests = 0;
  long log_ins = 0;
  long failed = 0;
  std::vector<std::string> failures;  // the first ones
};

class Crowd {
 public:
  // Those who stay are logged in when it returns.
  Crowd(const std::vector<std::string>& staying, const std::vector<std::string>& coming, int guests,
        const std::string& password, chaos::Ledger& ledger);
  ~Crowd();

  // Waits until everybody who is there has done something `times` more.
  void Wait(int times);
  // Waits until everybody who comes and goes has come and gone again, from here on.
  void WaitForLogIns();
  // After the last call of everybody. Those who stayed: kinds of their sessions in `kinds`.
  CrowdResult Stop(std::vector<std::string>& kinds);

 private:
  enum class Habit { kStays, kComes, kLooks };
  struct Member {
    Member(Habit h, std::string name, const std::string& password, int number)
        : habit(h), person(std::move(name), password, number) {}
    const Habit habit;
    Person person;
    std::atomic<long> done = 0;
    std::thread thread;
  };
  void Live(Member& member);
  void Act(Member& member, long turn);

  chaos::Ledger& ledger_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;  // guards the result
  CrowdResult result_;
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace migration
