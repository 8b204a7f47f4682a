// Catalog: which revision of each function runs, from the functions folder and the state folder.
//
// The functions folder is where functions come from: what is new or changed there since it was
// last read becomes the revision that runs. What was deployed after that stays, also over restarts.
// Functions may be known by a deploy alone; they stay until their record is removed. A function
// whose folder is gone is gone, unless it was deployed by command.
//
// Without a state folder nothing is kept: functions run where they stand.
//
// For one thread, before the event loop turns; reads and copies every binary that is new.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/revisions/function_records.h"
#include "host/revisions/revision_store.h"
#include "host/supervisor/config.h"
#include "host/supervisor/functions.h"
#include "host/supervisor/launch.h"

namespace host {

struct Planned {
  Launch launch;
  std::optional<Launch> previous;  // where a rollback, or a revision that crashes, returns to
  ScaleOverride scale;
};

struct Catalog {
  std::vector<Planned> planned;  // by name
  std::vector<Functions::Broken> broken;
  std::vector<std::string> faults;
  FunctionRecords records;  // as they must be kept
};

// `functions`: what the folder offers. `store` is null without a state folder.
Catalog MakeCatalog(const HostConfig& config, const Functions& functions,
                    const RevisionStore* store, FunctionRecords records);

// The launch of a revision in the store.
std::expected<Launch, std::string> LaunchOf(const HostConfig& config, const Revision& revision);

}  // namespace host
