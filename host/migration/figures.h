// What NGINX's access log says of each function's route lately: how many requests its function and
// the monolith in its place answered, how many of them failed, how long they took.
//
// The log is the source since it sees both sides in the same way, and what neither could answer:
// 502 and 504 of a side that is away. The supervisor's metrics know functions alone. NGINX writes a
// line at most a second after its request (nginx/snippets/log.conf).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.h"

namespace host {

struct SideFigures {
  int64_t requests = 0;
  int64_t errors = 0;  // answered 500 and above
  double p95_s = -1;   // -1: no request

  double error_rate() const {
    return requests == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(requests);
  }
};

struct RouteFigures {
  SideFigures function;
  SideFigures monolith;
};

struct LogFigures {
  std::map<std::string, RouteFigures> routes;  // by function's name
  WallTime since;      // requests that ended from this second on are counted
  bool whole = false;  // false: the log does not reach back that far, or is longer than was read
};

// One request, as its line in the log says it.
struct LogRequest {
  std::string_view function;
  WallTime ended;  // whole seconds
  int status = 0;
  double duration_s = 0;
  bool monolith = false;
};
// False for a line that is none of ours. `line` must outlive what is read.
bool ReadLogLine(std::string_view line, LogRequest& request);

// Collects requests; then gives the figures.
class FiguresOf {
 public:
  // Requests that ended since `since`; of a route that stands in `from`, only those that began
  // after that second: what its old side was still at is left out.
  FiguresOf(WallTime since, std::map<std::string, WallTime> from);
  void Add(const LogRequest& request);
  std::map<std::string, RouteFigures> Take();

 private:
  struct Sides {
    SideFigures figures[2];
    std::vector<float> durations[2];
  };
  WallTime since_;
  std::map<std::string, WallTime> from_;
  std::map<std::string, Sides, std::less<>> routes_;
};

// Reads the log from its end back to `since`, and what was rotated away to `log`.1 when it is
// needed; `most_bytes` in all. A log that is not there counts as empty.
LogFigures ReadFigures(const std::string& log, WallTime since,
                       const std::map<std::string, WallTime>& from = {},
                       size_t most_bytes = size_t{64} << 20);

}  // namespace host
