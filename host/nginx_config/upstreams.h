// The sockets of functions as NGINX's upstreams: which connections are kept, how often is tried.
#pragma once

#include <string>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/supervisor/upstream.h"

namespace host {

// New connections that one request may be tried on. Kept ones that turn out to be dead do not
// count: NGINX takes the next one of them until none is left.
inline constexpr int kTries = 4;

// Whether NGINX keeps connections to this function's workers. Not for the uwsgi protocol, which
// knows no kept connections. Not for POST and PATCH that must not be sent twice: a worker that
// leaves closes its connections, and such a request, sent at that moment, would be lost
// (docs/decisions/0008). Not for programs without the SDK: they
// serve one connection at a time, and would wait at an idle one while others bring requests.
bool KeepsConnections(const Manifest& manifest);

// `server` is a template as ParseUpstream gives it (host/supervisor/upstream.h), and may stand in
// an nginx.conf. A host's name is looked up when NGINX starts or is reloaded: it must be known
// then, or NGINX does not start, and each of its addresses becomes a server.
// Who is reached over TCP may be one of several behind one address, chosen anew for each
// connection: so none is used for longer than kConnectionAgeS. `canaries` are functions of which
// NAME-canary gets a share, request by request; what fails there is tried at the other version.
inline constexpr int kConnectionAgeS = 10;
std::string RenderUpstreams(const std::string& server, const std::vector<Manifest>& manifests,
                            const Canaries& canaries = {});

}  // namespace host
