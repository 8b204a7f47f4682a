// Disturbers that do what an operator does: with `fnhost`, against the running supervisor.
#pragma once

#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/disturber.h"

namespace chaos {

// There is one operator: while the lock is held, nobody else operates, and no supervisor is killed.
[[nodiscard]] std::unique_lock<std::mutex> Operating();

// Runs `fnhost ARGUMENTS`; throws std::runtime_error with what it said when it failed.
std::string Operate(const std::string& arguments);

// One revision of a function after the other, two of them in turn: the instance's binary and the
// same with one byte behind it. Each must be what status calls current when its deploy ends.
class Deploys : public Disturber {
 public:
  // What else goes on. While workers are killed, a deploy whose first worker was one of them fails,
  // as it should: that one does not count.
  enum Meanwhile { kNothingIsKilled, kWorkersAreKilled };

  // `functions` run already.
  Deploys(std::vector<std::string> functions, milliseconds every,
          Meanwhile meanwhile = kNothingIsKilled);
  std::string name() const override { return "deploys"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;
  void Restore() override;  // the instance's own binaries again

  // From the command's start to its end, of each deploy.
  const std::vector<double>& seconds() const { return seconds_; }

 private:
  const std::vector<std::string> functions_;
  const milliseconds every_;
  const Meanwhile meanwhile_;
  size_t turn_ = 0;
  std::vector<double> seconds_;
};

// Back to the revision before. The function must have had one.
class Rollbacks : public Disturber {
 public:
  Rollbacks(std::vector<std::string> functions, milliseconds every)
      : functions_(std::move(functions)), every_(every) {}
  std::string name() const override { return "rollbacks"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const std::vector<std::string> functions_;
  const milliseconds every_;
  size_t turn_ = 0;
};

// Other numbers of workers, 1 to 4.
class Scaling : public Disturber {
 public:
  Scaling(std::vector<std::string> functions, milliseconds every)
      : functions_(std::move(functions)), every_(every) {}
  std::string name() const override { return "scalings"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;
  void Restore() override;  // what the manifests say

 private:
  const std::vector<std::string> functions_;
  const milliseconds every_;
  size_t turn_ = 0;
  std::mt19937 random_{std::random_device{}()};
};

// To the monolith, a part of the clients to it, and back to the function.
class RouteSwitches : public Disturber {
 public:
  RouteSwitches(std::vector<std::string> functions, milliseconds every)
      : functions_(std::move(functions)), every_(every) {}
  std::string name() const override { return "route switches"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;
  void Restore() override;  // all to the functions

 private:
  const std::vector<std::string> functions_;
  const milliseconds every_;
  size_t turn_ = 0;
};

// NGINX reads its configuration again.
class Reloads : public Disturber {
 public:
  explicit Reloads(milliseconds every) : every_(every) {}
  std::string name() const override { return "reloads of NGINX"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const milliseconds every_;
};

// What was deployed first: the instance's own function, or a trial's.
std::string BinaryOf(const std::string& function);
std::string ManifestOf(const std::string& function);
// What a revision of these two files is called.
std::string RevisionOf(const std::string& binary, const std::string& manifest);
// The revision that runs, by status.
std::string CurrentRevision(const std::string& function);

}  // namespace chaos
