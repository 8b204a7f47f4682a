// Manifest: what a function's function.json says, every key stated, unknown keys refused.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace host {

enum class Exposure { kPublic, kInternal };
enum class Protocol { kFastcgi, kUwsgi };
enum class PoolMode { kStatic, kDynamic, kOndemand };

// One piece of a path between slashes: a literal, or a parameter.
struct PathSegment {
  enum class Kind { kLiteral, kText, kInteger };
  Kind kind = Kind::kLiteral;
  std::string text;  // the literal, or the parameter's name
  bool operator==(const PathSegment&) const = default;
};

struct Route {
  std::vector<std::string> methods;  // GET also serves HEAD; never HEAD or OPTIONS by itself
  std::string path;                  // as written, e.g. "/api/me/thoughts/{id:int}/"
  std::vector<PathSegment> segments;
};

struct PoolSettings {
  PoolMode mode = PoolMode::kStatic;
  int min = 1;  // workers
  int max = 1;  // workers; static pools keep `max`
  int threads = 8;
  int idle_timeout_s = 60;
  int max_requests = 0;  // 0: no limit
};

struct RateLimit {
  std::string key;  // "ip"
  int per_second = 0;
  int burst = 0;
};

struct Limits {
  long body_bytes = 65536;
  int timeout_ms = 5000;
  int memory_mb = 128;
  RateLimit rate;  // per_second 0: no limit
};

struct Manifest {
  std::string name;  // [a-z][a-z0-9_]*, the folder's name
  std::string summary;
  std::vector<Route> routes;
  Exposure exposure = Exposure::kPublic;
  Protocol protocol = Protocol::kFastcgi;
  PoolSettings pool;
  Limits limits;
  std::string scope;  // "" when no token is needed
  bool repeat_safe = false;
  bool cors = true;  // whether scripts of other sites may read its answers
  std::vector<std::string> needs;
  // Not in function.json: whether the program is made with the SDK. Who loads the program says so.
  bool sdk = true;
};

// Every fault found, one line each: "FILE: KEY: what is wrong and what is allowed".
using ManifestErrors = std::vector<std::string>;

// `file` is only for the messages.
std::expected<Manifest, ManifestErrors> ParseManifest(std::string_view json,
                                                      const std::string& file);
std::expected<Manifest, ManifestErrors> ReadManifest(const std::string& file);

// All functions of a folder: FOLDER/*/function.json, by name. Refuses a folder name that is not the
// manifest's name, and two functions that serve the same method of the same path.
std::expected<std::vector<Manifest>, ManifestErrors> ReadManifests(const std::string& folder);

// What keeps functions from running beside each other: two that serve the same method of the same
// path. Lines "NAME/function.json: routes: ...".
ManifestErrors Conflicts(const std::vector<Manifest>& manifests);

}  // namespace host
