#include "host/cli/manifests.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "host/revisions/function_records.h"
#include "host/revisions/identity.h"

namespace host {
namespace {

using Faults = std::vector<std::string>;

std::optional<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::expected<FunctionRecords, Faults> Records(const HostConfig& config) {
  if (config.state_dir.empty()) return {};
  const std::string path = config.state_dir + "/functions.json";
  const auto text = ReadText(path);
  if (!text) return {};
  return ParseFunctionRecords(*text, path);
}

// A program that is not there yet is taken for one of ours.
bool IsSdk(const std::string& binary) {
  return access(binary.c_str(), R_OK) != 0 || IsSdkProgram(binary);
}

// Whether the folder's content is what was last taken from it: then a later deploy stands.
bool IsInstalled(const HostConfig& config, const std::string& name, const FunctionRecord& record) {
  if (record.installed.empty()) return false;
  const std::string folder = config.functions + "/" + name + "/";
  const auto text = ReadText(folder + "function.json");
  const auto identity = text ? Identify(folder + name, *text)
                             : std::expected<Identity, std::string>(std::unexpected(""));
  return identity && identity->name == record.installed;
}

}  // namespace

std::expected<std::vector<Manifest>, Faults> ManifestsOf(const HostConfig& config) {
  auto in_folder = ReadManifests(config.functions);
  if (!in_folder) return std::unexpected(in_folder.error());
  const auto records = Records(config);
  if (!records) return std::unexpected(records.error());
  std::map<std::string, Manifest> all;
  for (Manifest& manifest : *in_folder) {
    manifest.sdk = IsSdk(config.functions + "/" + manifest.name + "/" + manifest.name);
    all[manifest.name] = std::move(manifest);
  }

  Faults faults;
  for (const auto& [name, record] : *records) {
    const bool deployed =
        all.contains(name) ? record.current != record.installed && IsInstalled(config, name, record)
                           : record.installed.empty();
    if (!deployed || record.current.empty()) continue;
    const std::string revision = config.state_dir + "/revisions/" + name + "/" + record.current;
    auto manifest = ReadManifest(revision + "/function.json");
    if (manifest) {
      manifest->sdk = IsSdk(revision + "/" + name);
      all[name] = *std::move(manifest);
    } else {
      faults.insert(faults.end(), manifest.error().begin(), manifest.error().end());
    }
  }
  if (!faults.empty()) return std::unexpected(faults);
  std::vector<Manifest> manifests;
  for (auto& [name, manifest] : all) manifests.push_back(std::move(manifest));
  return manifests;
}

std::expected<Manifest, Faults> ManifestOf(const HostConfig& config, const std::string& name) {
  const auto all = ManifestsOf(config);
  if (!all) return std::unexpected(all.error());
  const auto found = std::ranges::find(*all, name, &Manifest::name);
  if (found != all->end()) return *found;
  return std::unexpected(Faults{"there is no function " + name});
}

}  // namespace host
