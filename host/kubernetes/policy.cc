#include "host/kubernetes/policy.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "host/manifest/strict_object.h"

namespace host::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr size_t kTextBytes = 200;
const Json kEmptyObject = Json::object();

const Json& Object(StrictObject& in, const std::string& key) {
  const Json* found = in.Object(key);
  return found == nullptr ? kEmptyObject : *found;
}

int Number(StrictObject& in, const std::string& key, long least, long most) {
  return static_cast<int>(in.Number(key, least, most));
}

std::map<std::string, std::string> Texts(StrictObject& in, const std::string& key) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : Object(in, key).items()) {
    if (value.is_string()) {
      out[name] = value.get<std::string>();
    } else {
      in.Fault(key + "." + name, "must be a text");
    }
  }
  return out;
}

NeedPolicy ReadNeed(const Json& value, const std::string& where, Faults& faults) {
  StrictObject in(value, where + ".", {"environment", "secrets", "reaches"}, faults);
  NeedPolicy out{.environment = Texts(in, "environment"), .secrets = Texts(in, "secrets")};
  for (const auto& each : in.Array("reaches")) {
    if (each.is_string()) {
      out.reaches.push_back(each.get<std::string>());
    } else {
      in.Fault("reaches", "must be an array of texts");
    }
  }
  return out;
}

void ReadSizes(StrictObject& in, Faults& faults, Policy& out) {
  StrictObject replicas(Object(in, "replicas"), "replicas.", {"min", "max_per_worker"}, faults);
  out.replicas_min = Number(replicas, "min", 1, 1000);
  out.replicas_max_per_worker = Number(replicas, "max_per_worker", 1, 1000);
  StrictObject cpu(Object(in, "cpu"), "cpu.", {"request_m", "scale_at_m_per_worker"}, faults);
  out.cpu_request_m = Number(cpu, "request_m", 1, 64000);
  out.cpu_scale_at_m_per_worker = Number(cpu, "scale_at_m_per_worker", 1, 64000);
  StrictObject memory(Object(in, "memory"), "memory.", {"host_mb", "request_mb_per_worker"},
                      faults);
  out.memory_host_mb = Number(memory, "host_mb", 1, 4096);
  out.memory_request_mb_per_worker = Number(memory, "request_mb_per_worker", 1, 65536);
  StrictObject grace(Object(in, "grace"), "grace.", {"pre_stop_s", "spare_s"}, faults);
  out.pre_stop_s = Number(grace, "pre_stop_s", 1, 300);
  out.spare_s = Number(grace, "spare_s", 3, 300);
}

}  // namespace

std::expected<Policy, std::vector<std::string>> ParsePolicy(std::string_view json,
                                                            const std::string& file) {
  std::vector<std::string> errors;
  Faults faults(file, errors);
  const Json value = ParseStrictJson(json, faults);
  if (!value.is_object()) return std::unexpected(errors);
  StrictObject in(value, "",
                  {"part_of", "image", "version", "user", "port", "metrics_port", "config_map",
                   "replicas", "cpu", "memory", "grace", "canaries", "needs"},
                  faults);
  Policy out{.part_of = in.Text("part_of", kTextBytes),
             .image = in.Text("image", kTextBytes),
             .version = in.Text("version", kTextBytes),
             .user = Number(in, "user", 1, 2'000'000'000),
             .port = Number(in, "port", 1024, 65535),
             .metrics_port = Number(in, "metrics_port", 1024, 65535),
             .config_map = in.Text("config_map", kTextBytes)};
  if (out.image.find("{name}") == std::string::npos) {
    in.Fault("image", "must hold {name}, which becomes the function's name");
  }
  ReadSizes(in, faults, out);
  for (const auto& [name, canary] : Object(in, "canaries").items()) {
    if (canary.is_object()) {
      StrictObject fields(canary, "canaries." + name + ".", {"version", "percent"}, faults);
      out.canaries[name] = {.version = fields.Text("version", kTextBytes),
                            .percent = Number(fields, "percent", 1, 99)};
    } else {
      in.Fault("canaries." + name, "must be an object");
    }
  }
  for (const auto& [name, need] : Object(in, "needs").items()) {
    if (need.is_object()) {
      out.needs[name] = ReadNeed(need, "needs." + name, faults);
    } else {
      in.Fault("needs." + name, "must be an object");
    }
  }
  if (!errors.empty()) return std::unexpected(errors);
  return out;
}

std::expected<Policy, std::vector<std::string>> ReadPolicy(const std::string& file) {
  std::ifstream in(file);
  if (!in) return std::unexpected(std::vector{file + ": cannot be read"});
  return ParsePolicy(std::string(std::istreambuf_iterator<char>(in), {}), file);
}

}  // namespace host::kubernetes
