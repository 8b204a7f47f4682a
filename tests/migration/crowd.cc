#include "tests/migration/crowd.h"

#include <fmt/format.h>

#include <chrono>

namespace migration {
namespace {

using namespace std::chrono_literals;

constexpr auto kPace = 200ms;           // from one deed of a person to the next
constexpr auto kPaceOfLogIns = 3000ms;  // passwords take their time to be checked
constexpr size_t kFailuresKept = 20;

}  // namespace

Crowd::Crowd(const std::vector<std::string>& staying, const std::vector<std::string>& coming,
             int guests, const std::string& password, chaos::Ledger& ledger)
    : ledger_(ledger) {
  const auto add = [&](Habit habit, const std::string& name) {
    members_.push_back(
        std::make_unique<Member>(habit, name, password, static_cast<int>(members_.size()) * 7 + 1));
  };
  for (const auto& name : staying) add(Habit::kStays, name);
  for (const auto& name : coming) add(Habit::kComes, name);
  for (int i = 0; i < guests; ++i) add(Habit::kLooks, "a guest");
  for (auto& member : members_) {
    if (member->habit == Habit::kStays) member->person.LogIn();
  }
  for (auto& member : members_) member->thread = std::thread([this, &member] { Live(*member); });
}

Crowd::~Crowd() {
  stop_ = true;
  for (auto& member : members_) {
    if (member->thread.joinable()) member->thread.join();
  }
}

void Crowd::Wait(int times) {
  for (auto& member : members_) {
    if (member->habit == Habit::kComes) continue;
    const long until = member->done + times;
    while (member->done < until) std::this_thread::sleep_for(5ms);  // until it is so
  }
}

void Crowd::WaitForLogIns() {
  for (auto& member : members_) {
    if (member->habit != Habit::kComes) continue;
    const long until = member->done + 2;  // the one that goes on has begun before
    while (member->done < until) std::this_thread::sleep_for(5ms);  // until it is so
  }
}

CrowdResult Crowd::Stop(std::vector<std::string>& kinds) {
  stop_ = true;
  for (auto& member : members_) {
    member->thread.join();
    result_.requests += member->person.requests();
    if (member->habit == Habit::kStays) kinds.push_back(member->person.KindOfSession());
  }
  return result_;
}

void Crowd::Live(Member& member) {
  auto due = std::chrono::steady_clock::now();
  for (long turn = 0; !stop_; ++turn) {
    try {
      Act(member, turn);
    } catch (const std::exception& fault) {
      const std::lock_guard lock(mutex_);
      ++result_.failed;
      if (result_.failures.size() < kFailuresKept) {
        result_.failures.push_back(fault.what());
        fmt::print(stderr, "failed: {}\n",
                   fault.what());  // at once: the walk may end before its end
      }
    }
    ++member.done;
    due += member.habit == Habit::kComes ? kPaceOfLogIns : kPace;
    std::this_thread::sleep_until(due);
  }
}

void Crowd::Act(Member& member, long turn) {
  Person& person = member.person;
  if (member.habit == Habit::kComes) {
    person.LogIn();
    person.Look("/");
    person.Look("/thoughts/");
    person.LogOut();
    const std::lock_guard lock(mutex_);
    ++result_.log_ins;
    return;
  }
  if (member.habit == Habit::kStays && turn % 3 == 0) {
    const auto text = ledger_.Next();
    person.Write(text);
    ledger_.Acknowledged(text);
    return;
  }
  static constexpr const char* kPages[] = {"/thoughts/", "/search?search=thought", "/"};
  person.Look(kPages[turn % 3]);
}

}  // namespace migration
