// The NGINX configuration of a host: one complete nginx.conf from the manifests and the templates
// in nginx/, which the binary carries. Run it with `nginx -p PREFIX -c FILE -g 'daemon off;'`; it
// writes below nginx.prefix alone.
#pragma once

#include <string>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/supervisor/config.h"

namespace host {

// `manifests` as ReadManifests gives them: no two serve the same method of one path. The same input
// gives the same text on one machine (the limit of open files is asked from the system). Throws
// std::invalid_argument when a path of `config` cannot stand in an nginx.conf.
std::string RenderNginx(const HostConfig& config, const std::vector<Manifest>& manifests);

}  // namespace host
