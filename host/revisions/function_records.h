// STATE/functions.json: which revision of each function runs, what to go back to, and what the
// operator has set. It decides what is started after a reboot.
//
//   {"functions": {"login": {"current": "1b2c...", "previous": "", "installed": "1b2c...",
//                            "min": null, "max": 6}}}
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/log.h"

namespace host {

struct FunctionRecord {
  std::string current;     // the revision that runs
  std::string previous;    // for rollback; "" when there is none
  std::string installed;   // what came last from the functions folder; "" when nothing did
  std::optional<int> min;  // workers, in place of the manifest's
  std::optional<int> max;
  bool operator==(const FunctionRecord&) const = default;
};

using FunctionRecords = std::map<std::string, FunctionRecord>;  // by function

// Every fault, one line each, naming file and key.
std::expected<FunctionRecords, std::vector<std::string>> ParseFunctionRecords(
    std::string_view json, const std::string& file);

// No file: no records. A damaged one is told in the log, set aside as functions.json.bad, and
// counts as none: the functions folder is then what runs. The error is a line for people: it cannot
// be read or set aside at all.
std::expected<FunctionRecords, std::string> ReadFunctionRecords(const std::string& state_dir,
                                                                const Log& log);

// After it returns, the records survive a power cut; until then the old ones do. Waits for the disk
// (a few milliseconds). The error is a line for people.
std::expected<void, std::string> SaveFunctionRecords(const std::string& state_dir,
                                                     const FunctionRecords& records);

}  // namespace host
