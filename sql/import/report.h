// Report: what an import found and did. Any thread may add to it.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sql::imports {

struct UserCounts {
  int64_t there = 0;         // at the old site
  int64_t imported = 0;      // now
  int64_t unchanged = 0;     // imported before
  int64_t new_password = 0;  // imported before; its password was changed there, and now here
  int64_t deleted_here = 0;  // imported before, and the account was deleted here: stays deleted
  int64_t refused = 0;
};

struct ThoughtCounts {
  int64_t there = 0;
  int64_t imported = 0;
  int64_t unchanged = 0;
  int64_t renumbered = 0;  // among the imported: its id was in use here
  int64_t of_deleted = 0;  // not imported: its user deleted the account here
  int64_t changed = 0;     // imported before, and changed there since
  int64_t gone = 0;        // imported before, and no longer there
  int64_t refused = 0;
};

// One row of the old site that did not come as it is, for the report and the file of such rows.
struct Note {
  enum class Kind {
    kRefused,  // not imported
    kWithout,  // imported without something
    kDiffers,  // imported before, and different there now; nothing was done
  };
  Kind kind = Kind::kRefused;
  const char* table = "";  // "user" or "thought"
  int64_t id = 0;          // at the old site
  std::string username{};
  std::string reason{};  // the same words for the same reason
  std::string text{};    // of a refused thought
};

class Report {
 public:
  // `file` gets a JSON object a line for each note, mode 0600; "" for none. Throws
  // std::runtime_error when it cannot be written.
  explicit Report(const std::string& file);

  void Add(const UserCounts& counts);
  void Add(const ThoughtCounts& counts);
  void Add(const Note& note);
  // Puts the file in its place. Throws std::runtime_error.
  void Finish();

  UserCounts users;
  ThoughtCounts thoughts;
  bool dry_run = false;
  double seconds = 0;
  // Ids of thoughts: the newest of the old site, where this site goes on, and how many thoughts of
  // this site have one of the ids that the old site takes next.
  int64_t newest_there = 0, next_here = 0, in_its_way = 0;

  std::string Text() const;
  std::string Json() const;

 private:
  struct Reason {
    int64_t count = 0;
    std::vector<std::pair<int64_t, std::string>> examples;  // id, user name
  };
  using Key = std::pair<std::string, std::string>;  // table, reason

  const std::string file_;
  std::ofstream out_;
  std::mutex mutex_;
  std::map<Note::Kind, std::map<Key, Reason>> notes_;
};

}  // namespace sql::imports
