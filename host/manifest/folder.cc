#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "host/manifest/manifest.h"
#include "host/manifest/path.h"

namespace host {
namespace {

namespace fs = std::filesystem;

// FOLDER/NAME/function.json of each sub-folder that has one, by name.
std::expected<std::vector<fs::path>, ManifestErrors> Find(const std::string& folder) {
  std::vector<fs::path> files;
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const auto file = entry.path() / "function.json";
      if (fs::is_regular_file(file)) files.push_back(file);
    }
  } catch (const fs::filesystem_error& error) {
    return std::unexpected(ManifestErrors{folder + ": (folder): " + error.code().message()});
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::expected<Manifest, ManifestErrors> ReadManifest(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream.is_open()) text << stream.rdbuf();
  if (!stream.good()) {
    return std::unexpected(ManifestErrors{file + ": (file): cannot be read, or is empty"});
  }
  return ParseManifest(text.view(), file);
}

std::expected<std::vector<Manifest>, ManifestErrors> ReadManifests(const std::string& folder) {
  const auto files = Find(folder);
  if (!files) return std::unexpected(files.error());

  std::vector<Manifest> manifests;
  ManifestErrors errors;
  for (const auto& file : *files) {
    auto manifest = ReadManifest(file.string());
    if (!manifest) {
      errors.insert(errors.end(), manifest.error().begin(), manifest.error().end());
      continue;
    }
    const std::string folder_name = file.parent_path().filename().string();
    if (manifest->name != folder_name) {
      errors.push_back(file.string() + ": name: must be the folder's name \"" + folder_name +
                       "\", is \"" + manifest->name + "\"");
    }
    manifests.push_back(*std::move(manifest));
  }
  for (auto& conflict : Conflicts(manifests)) {
    errors.push_back(folder + "/" + std::move(conflict));
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return manifests;
}

ManifestErrors Conflicts(const std::vector<Manifest>& manifests) {
  ManifestErrors errors;
  std::map<std::string, std::string> served;  // "GET /a/{}" -> the function that serves it
  for (const Manifest& manifest : manifests) {
    for (const auto& route : manifest.routes) {
      for (const auto& method : route.methods) {
        const auto [other, fresh] = served.emplace(method + " " + Shape(route), manifest.name);
        if (fresh) continue;
        errors.push_back(manifest.name + "/function.json: routes: " + method + " " + route.path +
                         " is served by function \"" + other->second +
                         "\" already; one function per method and path");
      }
    }
  }
  return errors;
}

}  // namespace host
