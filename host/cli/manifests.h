// What a host would serve, read from its folders without asking it.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/supervisor/config.h"

namespace host {

// The manifest of each function that `fnhost run` would start now, by name: those of the functions
// folder, and in their place or beside them what was deployed by command since (STATE). It changes
// nothing and takes no lock, so it is right while a host runs too. Every fault, one line each.
std::expected<std::vector<Manifest>, std::vector<std::string>> ManifestsOf(
    const HostConfig& config);

// One of them. The error names those that there are none of, or the faults.
std::expected<Manifest, std::vector<std::string>> ManifestOf(const HostConfig& config,
                                                             const std::string& name);

}  // namespace host
