// What the functions folder offers: the manifests, and what is wrong with the rest.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/supervisor/config.h"

namespace host {

struct Functions {
  std::vector<Manifest> manifests;  // those that can run, by name, binary there or not
  struct Broken {
    std::string name;
    std::vector<std::string> faults;
  };
  std::vector<Broken> broken;       // told by name, and kept from running
  std::vector<std::string> faults;  // of the folder as a whole (two functions on one route)
};

// One broken function does not keep the others from running: after a reboot, a site without one
// page is better than no site. A missing binary is told here and tried again by its pool, with
// back-off. The error is for a folder that cannot be read, or where nothing can run and nothing can
// be deployed either.
std::expected<Functions, std::vector<std::string>> LoadFunctions(const HostConfig& config);

// The same for one function's folder.
std::expected<Functions, std::vector<std::string>> LoadFunction(const HostConfig& config,
                                                                const std::string& folder);

std::string BinaryOf(const std::string& functions, const Manifest& manifest);

}  // namespace host
