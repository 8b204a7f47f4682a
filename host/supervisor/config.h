// Configuration of `fnhost run --config FILE`: JSON, unknown keys refused, paths absolute.
//
// clang-format off
// { "functions": "/s/functions",            NAME/function.json and the binary NAME/NAME
//   "run_dir": "/s/run",                    sockets: NAME.sock, and fnhost.sock for control (0600)
//   "state_dir": "/s/fnhost",               revisions and what an operator set; without it nothing
//                                           can be deployed, and functions run where they stand
//   "metrics": "127.0.0.1:8082",            loopback only
//   "grace_ms": 10000,                      from SIGTERM to SIGKILL
//   "slow_ms": 1000,                        a request that runs longer is logged with its stack; 0:
//                                           none is
//   "worker_max_age_s": 0,                  an older worker is replaced; 0: none is for its age
//   "revision": "abc123",                   of the host as a whole, shown in its status
//   "log_file": "/s/log/fnhost.log",        where its stderr is directed, for `fnhost logs`
//   "environment": { "ISSUER": "..." },     given to every worker
//   "needs": { "database": { "DATABASE_URL_FILE": "/s/secrets/thoughts.dsn" } },
//                                           given to the functions that name the need
//   "ready": { "database_url_file": "/s/secrets/x.dsn", "query": "SELECT ...", "expect": "12" },
//   "nginx": { "public_port": 8080, "internal_port": 8081, "prefix": "/s/nginx",
//              "static_dir": "/repo/nginx/static", "user": "", "workers": 2,
//              "docs_dir": "/s/docs",          its openapi.json and the page /docs/; may be left out
//              "listen": "127.0.0.1",          the address of both ports; in a container "0.0.0.0"
//              "upstream": "tcp://{name}:9000",   functions that do not run beside it (upstream.h);
//                                              else NGINX finds them in run_dir
//              "logs": "files",                in the prefix; or "stdio": errors to stderr, requests
//                                              to stdout
//              "trusted_proxies": ["127.0.0.1"] },   whose X-Forwarded-For names the client
//   "monolith": {                           the old site, when there is one beside the functions
//     "url": "http://127.0.0.1:9000",       or uwsgi://, fastcgi://; or a socket: uwsgi:///run/x.sock
//     "first": "monolith",                  where a route goes that nobody has moved; or "function"
//     "body_bytes": 1048576,                the longest body it gets
//     "timeout_ms": 60000,                  how long its answer may take
//     "params": { "SCRIPT_FILENAME": "/srv/old/index.php" } } }     uwsgi and FastCGI
// clang-format on
#pragma once

#include <array>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/supervisor/monolith.h"
#include "host/supervisor/upstream.h"

namespace host {

struct ReadyCheck {
  std::string database_url_file;
  std::string query;   // one row, one column
  std::string expect;  // its text
};

struct NginxSettings {
  int public_port = 8080;
  int internal_port = 8081;
  std::string prefix;      // logs, temporary files, pid
  std::string static_dir;  // served below /static/
  std::string docs_dir;    // served below /docs/, and /api/openapi.json; "": none
  std::string user;        // "" unless started as root
  int workers = 2;
  std::string listen = "127.0.0.1";          // an address, IPv4 or IPv6
  std::string upstream;                      // as ParseUpstream gives it; "": sockets in run_dir
  Canaries canaries;                         // by the command line: fnhost nginx --canaries
  bool stdio = false;                        // logs go to stderr and stdout, not to files
  std::vector<std::string> trusted_proxies;  // addresses, or networks as "10.0.0.0/8"
};

struct HostConfig {
  std::string functions;
  std::string run_dir;
  std::string state_dir;  // "": none
  std::string metrics = "127.0.0.1:9145";
  int grace_ms = 10000;
  int slow_ms = 1000;  // 0: no request counts as slow
  int worker_max_age_s = 0;
  std::string revision;
  std::string log_file;  // "" when nobody said where stderr goes
  std::map<std::string, std::string> environment;
  std::map<std::string, std::map<std::string, std::string>> needs;
  std::optional<ReadyCheck> ready;
  NginxSettings nginx;
  std::optional<MonolithSettings> monolith;  // then state_dir is set
};

// The keys of the whole; each is read in config.cc.
inline constexpr auto kHostKeys = std::to_array<const char*>(
    {"functions", "run_dir", "state_dir", "metrics", "grace_ms", "slow_ms", "worker_max_age_s",
     "revision", "log_file", "environment", "needs", "ready", "nginx", "monolith"});

// Every fault found, one line each, naming file and key.
std::expected<HostConfig, std::vector<std::string>> ParseHostConfig(const std::string& json,
                                                                    const std::string& file);
std::expected<HostConfig, std::vector<std::string>> ReadHostConfig(const std::string& file);

}  // namespace host
