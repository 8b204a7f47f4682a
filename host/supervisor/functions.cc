#include "host/supervisor/functions.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "host/supervisor/spawn.h"

namespace host {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> FaultsOf(const HostConfig& config, const Manifest& manifest,
                                  const std::string& file, const std::string& folder_name) {
  std::vector<std::string> faults;
  if (manifest.name != folder_name) {
    faults.push_back(fmt::format("{}: name: must be the folder's name \"{}\", is \"{}\"", file,
                                 folder_name, manifest.name));
  }
  const auto environment =
      WorkerEnvironment(config, manifest, [](const char*) { return std::nullopt; });
  if (!environment) faults.push_back(file + ": " + environment.error());
  return faults;
}

void ReadFolder(const HostConfig& config, const fs::path& folder, Functions& functions) {
  const std::string name = folder.filename().string();
  const std::string file = (folder / "function.json").string();
  auto manifest = ReadManifest(file);
  if (!manifest) {
    functions.broken.push_back({name, manifest.error()});
    return;
  }
  if (auto faults = FaultsOf(config, *manifest, file, name); !faults.empty()) {
    functions.broken.push_back({name, std::move(faults)});
    return;
  }
  const std::string binary = (folder / name).string();
  if (access(binary.c_str(), X_OK) != 0) {
    functions.faults.push_back(
        fmt::format("{}: {}; build it and put it there, or remove the folder", binary,
                    errno == EACCES ? "is not executable" : std::strerror(errno)));
  }
  functions.manifests.push_back(*std::move(manifest));
}

std::vector<std::string> AllFaults(const Functions& functions) {
  std::vector<std::string> all = functions.faults;
  for (const auto& broken : functions.broken) {
    all.insert(all.end(), broken.faults.begin(), broken.faults.end());
  }
  return all;
}

bool AnyBinary(const std::string& folder, const Functions& functions) {
  return std::ranges::any_of(functions.manifests, [&](const Manifest& manifest) {
    return access(BinaryOf(folder, manifest).c_str(), X_OK) == 0;
  });
}

}  // namespace

std::expected<Functions, std::vector<std::string>> LoadFunctions(const HostConfig& config) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (auto it = fs::directory_iterator(config.functions, error);
       !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (fs::exists(it->path() / "function.json", ignored)) folders.push_back(it->path());
  }
  if (error) {
    return std::unexpected(std::vector{
        fmt::format("{}: cannot read the functions folder: {}; build the functions into it, or set "
                    "\"functions\"",
                    config.functions, error.message())});
  }
  if (folders.empty() && config.state_dir.empty()) {
    return std::unexpected(std::vector{config.functions +
                                       ": no function there (a folder NAME with function.json "
                                       "and the binary NAME)"});
  }
  std::ranges::sort(folders);
  Functions functions;
  for (const fs::path& folder : folders) ReadFolder(config, folder, functions);
  if (functions.broken.empty()) {  // what concerns several functions at once
    if (const auto all = ReadManifests(config.functions); !all) {
      functions.faults.insert(functions.faults.end(), all.error().begin(), all.error().end());
    }
  }
  const bool may_be_deployed = !config.state_dir.empty();
  if (!may_be_deployed && !AnyBinary(config.functions, functions))
    return std::unexpected(AllFaults(functions));
  return functions;
}

std::expected<Functions, std::vector<std::string>> LoadFunction(const HostConfig& config,
                                                                const std::string& folder) {
  Functions functions;
  fs::path path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  ReadFolder(config, path, functions);
  if (!AnyBinary(path.parent_path().string(), functions)) {
    return std::unexpected(AllFaults(functions));
  }
  return functions;
}

std::string BinaryOf(const std::string& functions, const Manifest& manifest) {
  return functions + "/" + manifest.name + "/" + manifest.name;
}

}  // namespace host
