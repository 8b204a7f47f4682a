// Which paths of a function are worth comparing.
#pragma once

#include <string>
#include <vector>

#include "host/manifest/manifest.h"

namespace host {

bool ServesGet(const Route& route);

// Paths of the function's GET routes, at most `count`, each once: those without parameters as they
// are, then what clients asked for lately, the latest first, from NGINX's access log (`log`, which
// need not be there; its last `log_bytes` are looked at).
std::vector<std::string> SamplePaths(const Manifest& manifest, const std::string& log, size_t count,
                                     size_t log_bytes = size_t{32} << 20);

}  // namespace host
