// This site's database, as import_service.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sql/client/client.h"
#include "sql/import/old_site.h"

namespace sql::imports {

struct KnownUser {
  std::optional<int64_t> user_id;  // nothing: deleted here
  std::string username;
  int64_t digest = 0;
  bool password_may_be_ours = false;  // changed here since
};

// A name as it is kept, and what it is told apart by.
struct Name {
  std::string nfc, key;
};

// Who has a name here.
struct Holder {
  std::optional<int64_t> old_id;  // nothing: signed up here
};

struct NewUser {
  int64_t old_id = 0;
  std::string username, password_hash;
  int64_t digest = 0;
};

struct NewThought {
  int64_t old_id = 0, id = 0, user_id = 0;
  std::string username, text, timestamp;
  int64_t digest = 0;
};

// One session. Throws sql::Error.
class NewSite {
 public:
  // With `read_only` PostgreSQL itself refuses to write.
  NewSite(const std::string& conninfo, bool read_only);

  // Held as long as the object: one import at a time. Waits ten seconds for another one's end,
  // then throws std::runtime_error. From then on this session waits no longer for any lock, since
  // others would queue up behind it.
  void LockOutOthers();

  std::unordered_map<int64_t, KnownUser> KnownUsers(int64_t first_old_id, int64_t last_old_id);
  std::vector<Name> Names(const std::vector<std::string>& names);
  // By key.
  std::unordered_map<std::string, Holder> Holders(const std::vector<std::string>& keys);
  // Ids by old id; those whose name was taken in this very moment are missing. One transaction.
  std::unordered_map<int64_t, int64_t> AddUsers(const std::vector<NewUser>& users);
  // False when the password was changed here at this moment.
  bool SetPassword(int64_t old_id, const std::string& hash, int64_t digest);

  int64_t NewestImported();  // its id at the old site; 0 for none
  std::vector<Range> ImportedRanges();
  // Digests by old id.
  std::unordered_map<int64_t, int64_t> ImportedThoughts(int64_t first_old_id, int64_t last_old_id);
  std::unordered_set<int64_t> ThoughtIds(int64_t first, int64_t last);
  std::vector<int64_t> FreshIds(size_t count);
  // One transaction. Throws sql::Error with sqlstate "23503" when one of the users is gone.
  void AddThoughts(const std::vector<NewThought>& thoughts);
  std::unordered_set<int64_t> WhoIsThere(const std::vector<int64_t>& user_ids);

  int64_t LastId();
  void ReserveIds(int64_t last);
  int64_t CountThoughts(int64_t first_id, int64_t last_id, int64_t at_most);
  bool HasSearchIndex();
  Connection& connection() { return connection_; }

 private:
  Connection connection_;
};

}  // namespace sql::imports
