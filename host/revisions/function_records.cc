#include "host/revisions/function_records.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/manifest/names.h"
#include "host/revisions/file.h"
#include "host/revisions/identity.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostWorkers = 256;  // as in manifests
constexpr size_t kMostBytes = 16 << 20;
constexpr std::string_view kKeys[] = {"current", "previous", "installed", "min", "max"};

// Reads one function's record; faults are added to `faults` as "FILE: KEY: ...".
class Reader {
 public:
  Reader(std::string where, const Json& object, std::vector<std::string>& faults)
      : where_(std::move(where)), object_(object), faults_(faults) {
    for (const auto& [key, ignored] : object.items()) {
      if (std::ranges::find(kKeys, std::string_view(key)) == std::end(kKeys)) {
        Fault(key, "unknown key");
      }
    }
  }

  std::string Revision(const char* key, bool may_be_empty) {
    const Json* value = Find(key);
    if (value == nullptr) return "";
    std::string name = value->is_string() ? value->get<std::string>() : "?";
    if (IsRevisionName(name) || (may_be_empty && name.empty())) return name;
    Fault(key, may_be_empty ? "must be a revision, 12 hex digits, or \"\" for none"
                            : "must be a revision, 12 hex digits");
    return "";
  }

  std::optional<int> Workers(const char* key) {
    const Json* value = Find(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_number_unsigned() && value->get<uint64_t>() <= kMostWorkers) {
      return value->get<int>();
    }
    Fault(key, fmt::format("must be a whole number from 0 to {}, or null for the manifest's",
                           kMostWorkers));
    return std::nullopt;
  }

 private:
  const Json* Find(const char* key) {
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    Fault(key, "missing");
    return nullptr;
  }
  void Fault(const std::string& key, const std::string& what) {
    faults_.push_back(fmt::format("{}.{}: {}", where_, key, what));
  }

  std::string where_;
  const Json& object_;
  std::vector<std::string>& faults_;
};

FunctionRecord ReadRecord(const std::string& where, const Json& object,
                          std::vector<std::string>& faults) {
  Reader reader(where, object, faults);
  FunctionRecord record;
  record.current = reader.Revision("current", false);
  record.previous = reader.Revision("previous", true);
  record.installed = reader.Revision("installed", true);
  record.min = reader.Workers("min");
  record.max = reader.Workers("max");
  if (record.min && record.max && *record.min > *record.max) {
    faults.push_back(where + ".min: must not be above max");
  }
  return record;
}

Json OrNull(const std::optional<int>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

std::expected<FunctionRecords, std::vector<std::string>> ParseFunctionRecords(
    std::string_view json, const std::string& file) {
  std::vector<std::string> faults;
  const Json tree = Json::parse(json, nullptr, false);
  if (!tree.is_object()) return std::unexpected(std::vector{file + ": is no JSON object"});
  for (const auto& [key, ignored] : tree.items()) {
    if (key != "functions") faults.push_back(fmt::format("{}: {}: unknown key", file, key));
  }
  FunctionRecords records;
  const auto functions = tree.find("functions");
  if (functions == tree.end() || !functions->is_object()) {
    faults.push_back(file + ": functions: must be an object");
    return std::unexpected(faults);
  }
  for (const auto& [name, value] : functions->items()) {
    const std::string where = fmt::format("{}: functions.{}", file, name);
    if (!IsName(name)) faults.push_back(fmt::format("{}: must be {}", where, kNameRule));
    if (value.is_object()) {
      records[name] = ReadRecord(where, value, faults);
    } else {
      faults.push_back(where + ": must be an object");
    }
  }
  if (!faults.empty()) return std::unexpected(faults);
  return records;
}

std::expected<FunctionRecords, std::string> ReadFunctionRecords(const std::string& state_dir,
                                                                const Log& log) {
  const std::string file = state_dir + "/functions.json";
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT) return FunctionRecords();
  const auto text = ReadFile(file, kMostBytes);
  if (!text) return std::unexpected(text.error());
  auto records = ParseFunctionRecords(*text, file);
  if (records) return *std::move(records);
  for (const std::string& fault : records.error()) log.Error(fault);
  const std::string bad = file + ".bad";
  if (std::rename(file.c_str(), bad.c_str()) != 0) return FileFault(file, errno);
  log.Error("what ran last is not known; starting from the functions folder", {{"set_aside", bad}});
  return FunctionRecords();
}

std::expected<void, std::string> SaveFunctionRecords(const std::string& state_dir,
                                                     const FunctionRecords& records) {
  Json tree = {{"functions", Json::object()}};
  for (const auto& [name, record] : records) {
    tree["functions"][name] = {{"current", record.current},
                               {"previous", record.previous},
                               {"installed", record.installed},
                               {"min", OrNull(record.min)},
                               {"max", OrNull(record.max)}};
  }
  return ReplaceFile(state_dir + "/functions.json", tree.dump(2) + "\n");
}

}  // namespace host
