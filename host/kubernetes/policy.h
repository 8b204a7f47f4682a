// What the manifests of functions do not say and Kubernetes wants to know: one small file for all
// functions, so that a new function needs no line of its own. JSON, every key stated:
//
// clang-format off
// { "part_of": "shop",                       the label app.kubernetes.io/part-of
//   "image": "registry.example/shop/{name}", {name}: the function's
//   "version": "1.4.0",                      the images' tag
//   "user": 65532,                           who runs in the containers; their files' group as well
//   "port": 9000, "metrics_port": 9145,      where `fnhost worker` listens in its container
//   "config_map": "fnhost",                  its keys are environment variables of every function
//   "replicas": { "min": 2, "max_per_worker": 5 },    at most so many pods per worker of pool.max
//   "cpu": { "request_m": 20, "scale_at_m_per_worker": 400 },      thousandths of a core
//   "memory": { "host_mb": 32, "request_mb_per_worker": 16 },      beside limits.memory_mb
//   "grace": { "pre_stop_s": 5, "spare_s": 10 },   see docs/kubernetes.md, "A pod that leaves"
//   "canaries": { "login": { "version": "1.5.0", "percent": 10 } },   functions of which a second
//                                            version gets a share of the requests; else {}
//   "needs": {                               for each word that a manifest may say in "needs"
//     "database": { "environment": { "DATABASE_URL_FILE": "/run/secrets/database/url" },
//                   "secrets": { "database-shop": "/run/secrets/database" },   mounted, read-only
//                   "reaches": ["database"] } } }     the pod's labels fnhost/reaches-database
// clang-format on
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace host::kubernetes {

struct NeedPolicy {
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> secrets;  // name of the Secret, where it is mounted
  std::vector<std::string> reaches;            // for NetworkPolicies
};

struct Canary {
  std::string version;
  int percent = 0;  // 1 to 99
};

struct Policy {
  std::string part_of;
  std::string image;
  std::string version;
  int user = 0;
  int port = 0;
  int metrics_port = 0;
  std::string config_map;
  int replicas_min = 0;
  int replicas_max_per_worker = 0;
  int cpu_request_m = 0;
  int cpu_scale_at_m_per_worker = 0;
  int memory_host_mb = 0;
  int memory_request_mb_per_worker = 0;
  int pre_stop_s = 0;
  int spare_s = 0;
  std::map<std::string, Canary> canaries;  // by the function's name
  std::map<std::string, NeedPolicy> needs;
};

// Every fault found, one line each: "FILE: KEY: what is wrong".
std::expected<Policy, std::vector<std::string>> ParsePolicy(std::string_view json,
                                                            const std::string& file);
std::expected<Policy, std::vector<std::string>> ReadPolicy(const std::string& file);

}  // namespace host::kubernetes
