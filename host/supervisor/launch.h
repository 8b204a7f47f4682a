// Launch: all that a worker of one revision of a function is started with.
#pragma once

#include <optional>
#include <string>

#include "host/manifest/manifest.h"
#include "host/pool/rules.h"
#include "host/supervisor/config.h"
#include "host/supervisor/spawn.h"

namespace host {

struct Launch {
  std::string revision;
  Manifest manifest;
  std::string binary;  // absolute
  Variables environment;
  bool sdk = true;  // built with our SDK: it says when it is ready, and writes a scoreboard
};

// What an operator set in place of the manifest's numbers.
struct ScaleOverride {
  std::optional<int> min;
  std::optional<int> max;
};

// The error names a need that the configuration does not give.
std::expected<Launch, std::string> MakeLaunch(const HostConfig& config, Manifest manifest,
                                              const std::string& revision,
                                              const std::string& binary, bool sdk);

PoolRules RulesOf(const HostConfig& config, const Manifest& manifest, const ScaleOverride& scale);

}  // namespace host
