// The instance's PostgreSQL: its settings, and its death.
#pragma once

#include <string>

namespace chaos {

// A setting of the whole server, until the object goes. Running sessions hear of it soon, not at
// once.
class Setting {
 public:
  Setting(std::string name, const std::string& value);
  ~Setting();  // what it was before; says so when that fails
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  void Reset();  // early; throws sql::Error

 private:
  const std::string name_;
  bool set_ = true;
};

// How many sessions of the role wait for this event ("SyncRep") or kind of event ("Lock") now.
long Waiting(const std::string& role, const std::string& event_or_type);

// Ends all sessions of a role, so that what was set for it holds for the next ones.
void EndSessions(const std::string& role);

// SIGKILL to all of its processes at once: what was not in a file is gone.
void KillPostgres();
// Throws std::runtime_error when it does not start.
void StartPostgres();

}  // namespace chaos
