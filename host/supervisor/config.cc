#include "host/supervisor/config.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string_view>

#include "host/supervisor/upstream.h"

namespace host {
namespace {

using Json = nlohmann::json;
using Errors = std::vector<std::string>;

// What the supervisor itself tells a worker; a configuration that sets these would be a mistake.
constexpr std::string_view kReserved[] = {
    "FNHOST_FUNCTION", "FNHOST_REVISION",     "FNHOST_PROTOCOL",   "FNHOST_SCOPE",
    "FNHOST_THREADS",  "FNHOST_BODY_BYTES",   "FNHOST_TIMEOUT_MS", "FNHOST_READY_FD",
    "FNHOST_RUN_DIR",  "FNHOST_SCOREBOARD_FD"};

constexpr const char* kReadyKeys[] = {"database_url_file", "query", "expect"};
constexpr const char* kMonolithKeys[] = {"url", "first", "body_bytes", "timeout_ms", "params"};
constexpr const char* kNginxKeys[] = {
    "public_port", "internal_port", "prefix",   "static_dir", "docs_dir",       "user",
    "workers",     "listen",        "upstream", "logs",       "trusted_proxies"};

bool IsVariableName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (name.empty() || !(letter(name[0]) || name[0] == '_')) return false;
  return std::ranges::all_of(
      name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

// Walks the tree and collects every fault as "FILE: KEY: what is wrong".
class Reader {
 public:
  Reader(const std::string& file, Errors& errors) : file_(file), errors_(errors) {}

  void Fault(const std::string& key, std::string_view what) {
    errors_.push_back(key.empty() ? fmt::format("{}: {}", file_, what)
                                  : fmt::format("{}: {}: {}", file_, key, what));
  }

  // False when `value` is no object. Names the keys that are not known.
  bool Object(const Json& value, const std::string& at, std::span<const char* const> known) {
    if (!value.is_object()) {
      Fault(at, fmt::format("must be an object, not {}", value.type_name()));
      return false;
    }
    std::string list;
    for (const char* key : known) list += (list.empty() ? "" : ", ") + std::string(key);
    for (const auto& [key, unused] : value.items()) {
      const auto same = [&name = key](const char* k) { return name == k; };
      if (std::ranges::none_of(known, same)) {
        Fault(Join(at, key), "unknown key; known here: " + list);
      }
    }
    return true;
  }

  void Text(const Json& object, const std::string& at, const char* key, std::string& out,
            bool required = false) {
    const auto found = object.find(key);
    if (found == object.end()) {
      if (required) Fault(Join(at, key), "is missing");
    } else {
      TextValue(*found, Join(at, key), out);
      if (required && found->is_string() && out.empty()) Fault(Join(at, key), "must not be empty");
    }
  }

  void Path(const Json& object, const std::string& at, const char* key, std::string& out) {
    Text(object, at, key, out, true);
    if (!out.empty()) AbsolutePath(Join(at, key), out);
  }

  void Number(const Json& object, const std::string& at, const char* key, int least, int most,
              int& out) {
    const auto found = object.find(key);
    if (found == object.end()) return;
    if (!found->is_number_integer() || *found < least || *found > most) {
      Fault(Join(at, key), fmt::format("must be a whole number from {} to {}, not {}", least, most,
                                       found->dump(-1, ' ', true, Json::error_handler_t::replace)));
    } else {
      out = found->get<int>();
    }
  }

  // Environment variables; those named *_FILE hold absolute paths.
  void Variables(const Json& object, const std::string& at,
                 std::map<std::string, std::string>& out) {
    if (!Object(object, at)) return;
    for (const auto& [name, value] : object.items()) {
      const std::string here = Join(at, name);
      if (!IsVariableName(name)) {
        Fault(here, "is no name of an environment variable (letters, digits, _)");
      } else if (std::ranges::find(kReserved, name) != std::end(kReserved)) {
        Fault(here, "is set by fnhost itself; remove it here");
      } else if (std::string text; TextValue(value, here, text)) {
        if (name.ends_with("_FILE")) AbsolutePath(here, text);
        out[name] = text;
      }
    }
  }

  void Needs(const Json& object, const std::string& at,
             std::map<std::string, std::map<std::string, std::string>>& out) {
    if (!Object(object, at)) return;
    for (const auto& [name, value] : object.items()) Variables(value, Join(at, name), out[name]);
  }

  // HOST:PORT with a loopback host: numbers about the inside are for this machine alone.
  void Address(const std::string& key, const std::string& text) {
    const size_t colon = text.rfind(':');
    int port = 0;
    if (colon != std::string::npos) {
      const char* end = text.data() + text.size();
      const auto [rest, fault] = std::from_chars(text.data() + colon + 1, end, port);
      if (fault != std::errc() || rest != end) port = 0;
    }
    in_addr address{};
    const std::string host = text.substr(0, std::min(colon, text.size()));
    const bool loopback = inet_pton(AF_INET, host.c_str(), &address) == 1 &&
                          (ntohl(address.s_addr) >> 24) == IN_LOOPBACKNET;
    if (!loopback || port < 1 || port > 65535) {
      Fault(key, fmt::format("must be a loopback address and a port, as in 127.0.0.1:9145, not {}",
                             text));
    }
  }

  static std::string Join(const std::string& at, const std::string& key) {
    return at.empty() ? key : at + "." + key;
  }

 private:
  bool Object(const Json& value, const std::string& at) {
    if (value.is_object()) return true;
    Fault(at, fmt::format("must be an object, not {}", value.type_name()));
    return false;
  }

  bool TextValue(const Json& value, const std::string& at, std::string& out) {
    if (!value.is_string()) {
      Fault(at, fmt::format("must be text, not {}", value.type_name()));
      return false;
    }
    if (value.get_ref<const std::string&>().find('\0') != std::string::npos) {
      Fault(at, "must not hold a NUL");
      return false;
    }
    out = value.get<std::string>();
    return true;
  }

  void AbsolutePath(const std::string& at, const std::string& path) {
    if (!path.starts_with('/')) {
      Fault(at, fmt::format("must be an absolute path, not {}", path.empty() ? "\"\"" : path));
    }
  }

  const std::string& file_;
  Errors& errors_;
};

// The library keeps the last of several equal keys; here the second one is a fault.
std::expected<Json, std::string> ParseStrictly(const std::string& text) {
  std::vector<std::set<std::string>> open;
  std::string twice;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key) {
      auto key = value.get<std::string>();
      if (!open.back().insert(key).second && twice.empty()) twice = key;
    }
    return true;
  };
  try {
    Json tree = Json::parse(text, watch);
    if (!twice.empty()) return std::unexpected(twice + ": stands twice in one object");
    return tree;
  } catch (const Json::exception& fault) {
    return std::unexpected(std::string("is not JSON: ") + fault.what());
  }
}

void ReadReady(Reader& reader, const Json& object, std::optional<ReadyCheck>& out) {
  if (!reader.Object(object, "ready", kReadyKeys)) return;
  ReadyCheck& ready = out.emplace();
  reader.Path(object, "ready", "database_url_file", ready.database_url_file);
  reader.Text(object, "ready", "query", ready.query, true);
  reader.Text(object, "ready", "expect", ready.expect, true);
}

// Names of parameters that are not the request's own: those a client or NGINX sets are refused.
bool IsParameterName(const std::string& name) {
  return IsVariableName(name) && !name.starts_with("HTTP_") &&
         std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

void ReadParams(Reader& reader, const Json& object, MonolithSettings& out) {
  if (out.at.protocol == MonolithUrl::Protocol::kHttp) {
    reader.Fault("monolith.params", "is for uwsgi:// and fastcgi:// alone");
    return;
  }
  if (!object.is_object()) {
    reader.Fault("monolith.params", fmt::format("must be an object, not {}", object.type_name()));
    return;
  }
  for (const auto& [name, value] : object.items()) {
    const std::string at = "monolith.params." + name;
    if (!IsParameterName(name)) {
      reader.Fault(at, "is no parameter's name (A-Z, digits, _, not HTTP_...)");
    }
    reader.Text(object, "monolith.params", name.c_str(), out.params[name]);
    const auto refused = [](unsigned char c) {
      return c < 32 ||
             std::string_view("$\"\\").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (std::ranges::any_of(out.params[name], refused)) {
      reader.Fault(at, "must not hold $ \" \\ or line breaks");
    }
  }
}

void ReadMonolith(Reader& reader, const Json& object, std::optional<MonolithSettings>& out) {
  if (!reader.Object(object, "monolith", kMonolithKeys)) {
    return;
  }
  MonolithSettings& monolith = out.emplace();
  reader.Text(object, "monolith", "url", monolith.url, true);
  if (!monolith.url.empty()) {
    const auto at = ParseMonolithUrl(monolith.url);
    if (!at) reader.Fault("monolith.url", fmt::format("{}, not {}", at.error(), monolith.url));
    if (at) monolith.at = *at;
  }
  std::string first = "monolith";
  reader.Text(object, "monolith", "first", first);
  if (first != "monolith" && first != "function") {
    reader.Fault("monolith.first", "must be monolith or function, not " + first);
  }
  monolith.first_there = first == "monolith";
  reader.Number(object, "monolith", "body_bytes", 1, std::numeric_limits<int>::max(),
                monolith.body_bytes);
  reader.Number(object, "monolith", "timeout_ms", 1, 3'600'000, monolith.timeout_ms);
  if (const auto it = object.find("params"); it != object.end()) {
    ReadParams(reader, *it, monolith);
  }
}

// "127.0.0.1", "::1", "10.0.0.0/8"
bool IsNetwork(const std::string& text) {
  const size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);
  in6_addr parsed{};
  const bool v4 = inet_pton(AF_INET, address.c_str(), &parsed) == 1;
  if (!v4 && inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return false;
  if (slash == std::string::npos) return true;
  int bits = -1;
  const char* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data() + slash + 1, end, bits);
  return fault == std::errc() && rest == end && bits >= 0 && bits <= (v4 ? 32 : 128);
}

void ReadProxies(Reader& reader, const Json& list, std::vector<std::string>& out) {
  if (!list.is_array()) {
    reader.Fault("nginx.trusted_proxies", fmt::format("must be a list, not {}", list.type_name()));
    return;
  }
  for (const auto& each : list) {
    if (each.is_string() && IsNetwork(each.get<std::string>())) {
      out.push_back(each.get<std::string>());
    } else {
      reader.Fault("nginx.trusted_proxies",
                   fmt::format("holds addresses and networks, as 127.0.0.1 or 10.0.0.0/8, not {}",
                               each.dump(-1, ' ', true, Json::error_handler_t::replace)));
    }
  }
}

// Where NGINX listens, finds functions and logs, when that is not on this machine alone.
void ReadPlaces(Reader& reader, const Json& object, NginxSettings& out) {
  reader.Text(object, "nginx", "listen", out.listen);
  if (out.listen.find('/') != std::string::npos || !IsNetwork(out.listen)) {
    reader.Fault("nginx.listen", "must be an address, as 127.0.0.1 or ::, not " + out.listen);
  }
  std::string upstream;
  reader.Text(object, "nginx", "upstream", upstream);
  if (!upstream.empty()) {
    auto server = ParseUpstream(upstream);
    if (!server) reader.Fault("nginx.upstream", server.error() + ", not " + upstream);
    if (server) out.upstream = *std::move(server);
  }
  std::string logs = "files";
  reader.Text(object, "nginx", "logs", logs);
  if (logs != "files" && logs != "stdio") {
    reader.Fault("nginx.logs", "must be files or stdio, not " + logs);
  }
  out.stdio = logs == "stdio";
}

void ReadNginx(Reader& reader, const Json& object, NginxSettings& out) {
  if (!reader.Object(object, "nginx", kNginxKeys)) {
    return;
  }
  reader.Number(object, "nginx", "public_port", 1, 65535, out.public_port);
  reader.Number(object, "nginx", "internal_port", 1, 65535, out.internal_port);
  reader.Path(object, "nginx", "prefix", out.prefix);
  reader.Path(object, "nginx", "static_dir", out.static_dir);
  if (object.contains("docs_dir")) reader.Path(object, "nginx", "docs_dir", out.docs_dir);
  reader.Text(object, "nginx", "user", out.user);
  reader.Number(object, "nginx", "workers", 1, 256, out.workers);
  ReadPlaces(reader, object, out);
  if (const auto it = object.find("trusted_proxies"); it != object.end()) {
    ReadProxies(reader, *it, out.trusted_proxies);
  }
  if (out.public_port == out.internal_port) {
    reader.Fault("nginx.internal_port", "must differ from nginx.public_port");
  }
}

}  // namespace

std::expected<HostConfig, Errors> ParseHostConfig(const std::string& json,
                                                  const std::string& file) {
  Errors errors;
  Reader reader(file, errors);
  const auto tree = ParseStrictly(json);
  if (!tree) {
    reader.Fault("", tree.error());
    return std::unexpected(errors);
  }
  HostConfig config;
  if (!reader.Object(*tree, "", kHostKeys)) {
    return std::unexpected(errors);
  }
  reader.Path(*tree, "", "functions", config.functions);
  reader.Path(*tree, "", "run_dir", config.run_dir);
  if (tree->contains("state_dir")) reader.Path(*tree, "", "state_dir", config.state_dir);
  reader.Text(*tree, "", "metrics", config.metrics);
  reader.Address("metrics", config.metrics);
  reader.Number(*tree, "", "grace_ms", 1, 3'600'000, config.grace_ms);
  reader.Number(*tree, "", "slow_ms", 0, 3'600'000, config.slow_ms);
  reader.Number(*tree, "", "worker_max_age_s", 0, 31'536'000, config.worker_max_age_s);
  reader.Text(*tree, "", "revision", config.revision);
  if (tree->contains("log_file")) reader.Path(*tree, "", "log_file", config.log_file);
  if (const auto it = tree->find("environment"); it != tree->end()) {
    reader.Variables(*it, "environment", config.environment);
  }
  if (const auto it = tree->find("needs"); it != tree->end()) {
    reader.Needs(*it, "needs", config.needs);
  }
  if (const auto it = tree->find("ready"); it != tree->end()) {
    ReadReady(reader, *it, config.ready);
  }
  if (const auto it = tree->find("nginx"); it != tree->end()) ReadNginx(reader, *it, config.nginx);
  if (const auto it = tree->find("monolith"); it != tree->end()) {
    ReadMonolith(reader, *it, config.monolith);
    if (config.state_dir.empty())
      reader.Fault("monolith", "needs \"state_dir\", where routes are kept");
  }
  if (!errors.empty()) return std::unexpected(errors);
  return config;
}

std::expected<HostConfig, Errors> ReadHostConfig(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  if (stream) {
    text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  if (!stream || stream.bad()) {
    return std::unexpected(
        Errors{fmt::format("{}: cannot be read: {}", file, std::strerror(errno))});
  }
  return ParseHostConfig(text, file);
}

}  // namespace host
