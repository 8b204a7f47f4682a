// The old site's database: read only, as it was at one moment, however long the reading takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sql/client/client.h"

namespace sql::imports {

// The libpq connection string or URL of `from`: what the file of that name holds, or `from` itself,
// which then must not hold a password: other users of the machine would see it. Completed with time
// limits, so that a lost connection is noticed. Throws std::invalid_argument that says what to do,
// and never quotes it.
std::string Conninfo(const std::string& from);

struct OldUser {
  int64_t id = 0;
  std::string username, password_hash;
  int64_t digest = 0;  // of the hash
};

struct OldThought {
  int64_t id = 0;
  std::string username, text, timestamp;  // the time as PostgreSQL's text, in UTC
  int64_t digest = 0;
};

// How many thoughts have ids from number * kRangeIds on, and the sum of their digests.
inline constexpr int64_t kRangeIds = 1024;
struct Range {
  int64_t number = 0;
  int64_t count = 0;
  std::string digests;
  bool operator==(const Range&) const = default;
};

class OldSite {
 public:
  // Throws sql::Error.
  explicit OldSite(const std::string& conninfo);
  // A further session that sees the same. The first one must live as long.
  OldSite(const std::string& conninfo, const OldSite& first);

  int64_t CountUsers();
  // By ascending id.
  std::vector<OldUser> Users(int64_t after_id, int limit);
  int64_t NewestId();  // of a thought; 0 for none
  // By ascending number. Digests do not depend on who asks, nor when: equal ranges hold equal rows.
  // So a thought that was committed late, with an id far below others, is as visible as any.
  std::vector<Range> Ranges();
  std::vector<OldThought> Thoughts(int64_t first_id, int64_t last_id);

 private:
  Connection connection_;
  std::string snapshot_;
};

}  // namespace sql::imports
