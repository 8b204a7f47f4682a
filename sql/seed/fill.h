// Fill: users user00001... and their thoughts, many and fast, for trying and measuring.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace sql {

struct FillSettings {
  std::string conninfo;  // of the tables' owner
  std::string password_hash;
  int64_t users = 0;
  int64_t thoughts = 0;
  uint64_t seed = 1;
  int sessions = 2;  // that copy at the same time
};

// Said while it works: what, done, of how many.
using FillProgress = std::function<void(const char* what, int64_t done, int64_t total)>;

struct Filled {
  int64_t users = 0;     // new ones
  int64_t thoughts = 0;  // new ones
};

// Makes what is missing until there are that many seeded users and thoughts; so a second run does
// nothing. Many thoughts at once: the search index is dropped, and made again at the end (also by
// the next run, should this one be killed). Throws sql::Error, and std::invalid_argument for
// thoughts without users.
Filled Fill(const FillSettings& settings, const FillProgress& progress);

}  // namespace sql
