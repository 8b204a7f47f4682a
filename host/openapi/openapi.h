// The description of a host's public API, OpenAPI 3.1: each function says what it takes and answers
// in an api.json beside its manifest, and the manifests say the rest.
#pragma once

#include <expected>
#include <string>

#include "host/manifest/manifest.h"

namespace host {

struct ApiSources {
  std::string functions;  // FOLDER/NAME/function.json, and api.json beside it
  std::string shared;     // document.json, description.md, components/KIND.json
  std::string version;    // info.version
};

// The document as JSON, or every fault found: "FILE: KEY: what is wrong". What the files hold:
// docs/writing-a-function.md.
std::expected<std::string, ManifestErrors> DescribeApi(const ApiSources& sources);

}  // namespace host
