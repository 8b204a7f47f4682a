// RouteJournal: who moved which route when, from where to where, and what comparisons found. A file
// of JSON lines that only grows, a few hundred bytes for each move:
//
//   {"at":"2026-11-28T09:00:00Z","name":"login","from":"monolith","to":"mirror","by":"alice",
//    "how":"promote","note":"..."}
//   {"at":"2026-11-28T09:05:00Z","name":"login","compared":12,"different":0,"failed":0,
//    "by":"alice"}
//
// Where a route goes is not read from here but from its link (route_table.h): a journal that cannot
// be written keeps no route from being moved. It knows where an undo leads, over restarts.
//
// A line is on disk when Add returns. For one thread. Errors are lines for people.
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/supervisor/config.h"

namespace host {

struct RouteMove {
  enum class How { kRoute, kPromote, kUndo, kReset };  // by which command; kReset: undo of all
  std::string at;                                      // UtcText
  std::string name;
  std::string from;  // as ToText(RouteTarget)
  std::string to;
  std::string by;
  How how = How::kRoute;
  std::string note;  // what was skipped by force; "" mostly
};

struct RouteComparison {
  std::string at;
  std::string name;
  std::string by;
  int compared = 0;  // paths
  int different = 0;
  int failed = 0;  // could not be had from both sides
};

// "2026-11-28T09:00:00Z", and back; nothing for another text.
std::string UtcText(WallTime time);
std::optional<WallTime> ParseUtc(const std::string& text);

// Where a host keeps it.
std::string RouteJournalFile(const HostConfig& config);

class RouteJournal {
 public:
  // Reads what is there. Lines that are none of these are left out: the end of one that was cut by
  // a power failure.
  static std::expected<RouteJournal, std::string> Open(const std::string& file);

  // Known from now on, even when it cannot be written.
  std::expected<void, std::string> Add(const RouteMove& move);
  std::expected<void, std::string> Add(const RouteComparison& comparison);

  std::optional<RouteMove> LastMove(const std::string& name) const;
  std::optional<RouteComparison> LastComparison(const std::string& name) const;
  // Where the route was before its last move that no undo took back; nothing when there is none. A
  // reset forgets what was before it.
  std::optional<std::string> Before(const std::string& name) const;

  // All moves of a file, the oldest first.
  static std::expected<std::vector<RouteMove>, std::string> Moves(const std::string& file);

 private:
  explicit RouteJournal(std::string file) : file_(std::move(file)) {}
  void Take(const RouteMove& move);
  std::expected<void, std::string> Write(const std::string& line);

  struct Known {
    std::optional<RouteMove> move;
    std::optional<RouteComparison> comparison;
    std::vector<std::string> before;  // the latest last
  };
  std::string file_;
  std::map<std::string, Known> known_;
};

std::string ToText(RouteMove::How how);  // "route", "promote", "undo", "reset"

}  // namespace host
