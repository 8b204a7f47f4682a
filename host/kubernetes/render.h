// The generated part of a kustomize base: a file for each function, and the list of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/kubernetes/policy.h"
#include "host/manifest/manifest.h"

namespace host::kubernetes {

// File names and texts. Throws what ObjectsOf throws.
std::map<std::string, std::string> Render(const std::vector<Manifest>& manifests,
                                          const Policy& policy);

// What differs between `files` and the files of `folder`, one line each: missing, different, or not
// among them.
std::vector<std::string> Differences(const std::map<std::string, std::string>& files,
                                     const std::string& folder);

// Makes `folder` hold exactly `files`. Throws std::runtime_error naming the file.
void Write(const std::map<std::string, std::string>& files, const std::string& folder);

}  // namespace host::kubernetes
