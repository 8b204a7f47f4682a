// search_times: how long searches take on a database, the first time and then the median of many,
// in both orders.
//
//   search_times --database-url-file thoughts.dsn the xylophone zqzqzq qz a

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <vector>

#include "functions/shared/thoughts/list.h"
#include "host/base/config.h"
#include "host/base/log.h"
#include "host/db/database.h"
#include "host/db/pool.h"

namespace {

using Clock = std::chrono::steady_clock;

double Once(host::db::Pool& pool, const thoughts::ListQuery& query, int& count) {
  const auto start = Clock::now();
  host::db::Database db(pool, start + std::chrono::seconds(60));
  count = thoughts::FetchPage(db, query, {}).count;
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Times searches: first, then the median of many, in milliseconds.");
  std::string url_file;
  std::vector<std::string> words;
  int times = 51;
  thoughts::ListQuery query;
  app.add_option("--database-url-file", url_file, "file with a connection string")->required();
  app.add_option("--times", times, "searches of each word")->check(CLI::Range(1, 10000));
  app.add_option("--limit", query.limit, "thoughts of a page")->check(CLI::Range(1, 100));
  app.add_option("words", words, "what to search for")->required();
  CLI11_PARSE(app, argc, argv);

  const host::Config config([&](const std::string&) { return url_file; });
  const host::Log log("search_times");
  const auto url = config.FileText("DATABASE_URL_FILE");
  host::db::Pool pool({.conninfo = url, .name = "search_times"}, 1, log);
  fmt::print("{:<24} {:>6} {:>10} {:>10} {:>10}\n", "search", "found", "first ms", "median ms",
             "worst ms");
  for (const auto& word : words) {
    for (const bool descending : {false, true}) {
      query.search = word;
      query.descending = descending;
      int count = 0;
      const double first = Once(pool, query, count);
      std::vector<double> all;
      for (int i = 0; i < times; ++i) all.push_back(Once(pool, query, count));
      std::ranges::sort(all);
      fmt::print("{:<24} {:>6} {:>10.2f} {:>10.2f} {:>10.2f}\n",
                 word + (descending ? " (-id)" : ""), count, first, all[all.size() / 2],
                 all.back());
    }
  }
}
