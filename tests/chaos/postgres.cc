#include "tests/chaos/postgres.h"

#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/chaos/stage.h"
#include "tests/instance/host.h"

namespace chaos {
namespace {

void Reload(sql::Connection& database) { database.Query("SELECT pg_reload_conf()"); }

}  // namespace

Setting::Setting(std::string name, const std::string& value) : name_(std::move(name)) {
  auto database = Database();
  database.Run("ALTER SYSTEM SET " + name_ + " = '" + value + "'");
  Reload(database);
}

void Setting::Reset() {
  if (!set_) return;
  auto database = Database();
  database.Run("ALTER SYSTEM RESET " + name_);
  Reload(database);
  set_ = false;
}

Setting::~Setting() {
  try {
    Reset();
  } catch (const std::exception& error) {
    BOOST_ERROR(name_ << " stays set: " << error.what());
  }
}

long Waiting(const std::string& role, const std::string& event_or_type) {
  return std::stol(Database().One(
      "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND $2 IN (wait_event, "
      "wait_event_type)",
      {role, event_or_type}));
}

void EndSessions(const std::string& role) {
  Database().Query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1", {role});
}

void KillPostgres() {
  std::ifstream file(e2e::State() + "/postgres/postmaster.pid");
  int postmaster = 0;
  file >> postmaster;
  if (postmaster == 0) throw std::runtime_error("PostgreSQL does not run");
  // Stopped first: it must not restart the others, nor they write anything when it is gone.
  kill(postmaster, SIGSTOP);
  for (const int child : e2e::Children(postmaster)) kill(child, SIGKILL);
  kill(postmaster, SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  // To the last of it: pg_ctl takes one that nobody has waited for yet for alive.
  while (kill(postmaster, 0) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("PostgreSQL survives SIGKILL");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void StartPostgres() {
  const auto ran =
      e2e::Bash("here=tools/dev; source $here/common.sh; source $here/postgres.sh; set_state '" +
                e2e::State() + "'; read_instance; start_postgres");
  if (ran.exit_code != 0) throw std::runtime_error("PostgreSQL does not start");
}

}  // namespace chaos
