#include "sql/load/search_index.h"

#include <future>
#include <vector>

namespace sql {

bool IsRebuildQuicker(Connection& connection, int64_t missing) {
  if (missing < 20000) return false;
  return std::stoll(connection.One("SELECT count(*) FROM thoughts")) < 7 * missing;
}

void DropSearchIndex(Connection& connection) { connection.Run("SELECT drop_search_index()"); }

void MakeSearchIndex(const std::string& conninfo) {
  std::vector<std::future<void>> halves;
  for (int half = 0; half < 2; ++half) {
    halves.push_back(std::async(std::launch::async, [&conninfo, half] {
      Connection connection(conninfo);
      // Writes wait meanwhile: not for a process that was killed.
      connection.Run("SET client_connection_check_interval = '1s'");
      connection.Query("SELECT make_search_index($1::int)", {std::to_string(half)});
    }));
  }
  for (auto& half : halves) half.get();
}

}  // namespace sql
