// How many machines a rate of requests needs, tier by tier, from what one request costs each tier.
//
// A calculation and no promise: it adds up CPU time, bytes and rows. What it takes for granted is
// in Assumptions, and docs/scaling.md says what it leaves out.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace capacity {

// One request of a kind; measured by tests/bench/cpu.sh.
struct Cost {
  double nginx_us = 0;
  double functions_us = 0;
  double postgres_us = 0;
  double bytes = 0;  // of the answer, headers included
};

struct Costs {
  std::map<std::string, Cost> kinds;
  double replay_us = 0;  // what a write costs a replica that replays it
  double row_bytes = 0;  // a thought on disk, indexes included
};

// Of all requests, the part that is of a kind. The parts add up to 1.
struct Part {
  std::string kind;
  double share = 0;
  bool write = false;
  // What one place can tell (a thought by its id, a user's own) or everybody must be asked for (the
  // newest of all, a search).
  bool asks_all_shards = false;
  bool cacheable = false;  // public, so an edge may keep the answer for a second
};

// PostgreSQL replays its log with one process: no replica keeps up with more than that writes.
struct Assumptions {
  double cores = 16;  // a machine's
  double busy = 0.6;  // of its cores, so that one machine of three may fail
  double edge_gbit = 20;
  double cached = 0;      // of the cacheable requests, what edges answer by themselves
  double cached_us = 20;  // what such an answer costs NGINX
  int least = 2;          // machines of a tier: one may fail
};

struct Plan {
  double rate = 0;  // requests a second
  double edge_cores = 0;
  double function_cores = 0;
  double read_cores = 0;  // PostgreSQL's, of all shards
  double write_cores = 0;
  double gbit = 0;
  double writes = 0;  // a second
  double terabytes_a_day = 0;
  int edges = 0;
  int function_machines = 0;
  int shards = 0;    // primaries, each with its part of the users
  int replicas = 0;  // of each
  int machines() const { return edges + function_machines + shards * (1 + replicas); }
};

// Throws std::invalid_argument when a part's kind has no cost or the shares do not add up to 1.
Plan Calculate(double rate, const std::vector<Part>& mix, const Costs& costs,
               const Assumptions& assumptions);

// What people do with a microblog: they read.
std::vector<Part> ReadersMix();

}  // namespace capacity
