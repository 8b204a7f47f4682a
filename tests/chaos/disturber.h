// Disturbers: what goes wrong, or is changed, while an instance is under load.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace chaos {

using std::chrono::milliseconds;

// One kind of disturbance. Used by one thread.
class Disturber {
 public:
  virtual ~Disturber() = default;

  virtual std::string name() const = 0;  // in the plural, as "deploys"
  virtual milliseconds every() const = 0;
  // Disturbs once. False when there was nothing to disturb just then. Throws std::runtime_error,
  // for people, when an operation failed that should have worked.
  virtual bool Disturb() = 0;
  // Afterwards: brings back what should not stay. Throws as Disturb.
  virtual void Restore() {}
};

using Disturbers = std::vector<std::unique_ptr<Disturber>>;

struct Disturbed {
  std::string name;
  long count = 0;
  std::vector<std::string> faults;
};

// Runs all of them side by side, each in a thread of its own at its own pace, then restores what
// they left. One result for each, in their order.
std::vector<Disturbed> DisturbFor(milliseconds time, const Disturbers& disturbers);

// A list of disturbers in one line.
template <typename... D>
Disturbers With(D... each) {
  Disturbers all;
  (all.push_back(std::make_unique<D>(std::move(each))), ...);
  return all;
}

}  // namespace chaos
