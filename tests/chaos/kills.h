// Disturbers that kill processes with SIGKILL.
#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/chaos/disturber.h"

namespace chaos {

// One worker of these functions, whichever.
class KillWorkers : public Disturber {
 public:
  KillWorkers(std::vector<std::string> functions, milliseconds every)
      : functions_(std::move(functions)), every_(every) {}
  std::string name() const override { return "workers killed"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const std::vector<std::string> functions_;
  const milliseconds every_;
  std::mt19937 random_{std::random_device{}()};
};

// One worker of NGINX. The requests on its clients' connections break: only clients that insist get
// through.
class KillNginxWorkers : public Disturber {
 public:
  explicit KillNginxWorkers(milliseconds every) : every_(every) {}
  std::string name() const override { return "NGINX workers killed"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const milliseconds every_;
  std::mt19937 random_{std::random_device{}()};
};

// The supervisor; after `away` a new one is started, and has taken over when Disturb returns.
class KillSupervisor : public Disturber {
 public:
  KillSupervisor(milliseconds every, milliseconds away) : every_(every), away_(away) {}
  std::string name() const override { return "supervisors killed"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const milliseconds every_;
  const milliseconds away_;
};

// The process that keeps the sockets over a supervisor's death; the supervisor starts another.
class KillKeeper : public Disturber {
 public:
  explicit KillKeeper(milliseconds every) : every_(every) {}
  std::string name() const override { return "keepers killed"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const milliseconds every_;
};

// One of PostgreSQL's backends that serve this role (by pg_terminate_backend: PostgreSQL restarts
// as a whole when one dies of SIGKILL).
class KillBackends : public Disturber {
 public:
  KillBackends(std::string role, milliseconds every) : role_(std::move(role)), every_(every) {}
  std::string name() const override { return "database backends killed"; }
  milliseconds every() const override { return every_; }
  bool Disturb() override;

 private:
  const std::string role_;
  const milliseconds every_;
};

}  // namespace chaos
