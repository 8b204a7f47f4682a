#include "host/supervisor/catalog.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "host/revisions/identity.h"

namespace host {
namespace {

std::string ManifestText(const HostConfig& config, const Manifest& manifest) {
  std::ifstream file(config.functions + "/" + manifest.name + "/function.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Without a store: the binary where it stands. One that is missing is told by its pool, and tried
// again.
std::expected<Launch, std::string> InPlace(const HostConfig& config, const Manifest& manifest) {
  const std::string binary = BinaryOf(config.functions, manifest);
  const auto identity = Identify(binary, ManifestText(config, manifest));
  return MakeLaunch(config, manifest, identity ? identity->name : "unknown", binary,
                    !identity || identity->sdk);
}

class Maker {
 public:
  Maker(const HostConfig& config, const RevisionStore& store, Catalog& catalog)
      : config_(config), store_(store), catalog_(catalog) {}

  // What the folder offers now.
  void Install(const Manifest& manifest) {
    FunctionRecord& record = catalog_.records[manifest.name];
    const auto revision = store_.Import(manifest.name, BinaryOf(config_.functions, manifest),
                                        ManifestText(config_, manifest));
    if (!revision) {
      catalog_.faults.push_back(revision.error());
      if (record.current.empty()) {  // the pool tells what is missing, and tries again
        catalog_.records.erase(manifest.name);
        if (auto launch = InPlace(config_, manifest)) {
          catalog_.planned.push_back({*std::move(launch), {}, {}});
        }
      }
      return;
    }
    if (record.installed == revision->name && !record.current.empty()) return;
    record.installed = revision->name;
    if (record.current == revision->name) return;
    record.previous = std::exchange(record.current, revision->name);
  }

  void Plan(const std::string& name, FunctionRecord& record) {
    auto launch = Find(name, record.current);
    if (!launch && record.current != record.installed && !record.installed.empty()) {
      catalog_.faults.push_back(launch.error() + "; running what the functions folder has");
      record.current = record.installed;
      launch = Find(name, record.current);
    }
    if (!launch) {
      catalog_.broken.push_back({name, {launch.error()}});
      return;
    }
    Planned planned{*std::move(launch), {}, {.min = record.min, .max = record.max}};
    if (!record.previous.empty() && record.previous != record.current) {
      if (auto previous = Find(name, record.previous)) planned.previous = *std::move(previous);
    }
    catalog_.planned.push_back(std::move(planned));
  }

 private:
  std::expected<Launch, std::string> Find(const std::string& name,
                                          const std::string& revision) const {
    const auto found = store_.Find(name, revision);
    if (!found) return std::unexpected(found.error());
    return LaunchOf(config_, *found);
  }

  const HostConfig& config_;
  const RevisionStore& store_;
  Catalog& catalog_;
};

// Of functions that would serve the same route, the later ones by name stay out.
void DropConflicts(Catalog& catalog) {
  std::vector<Manifest> kept;
  std::erase_if(catalog.planned, [&](const Planned& each) {
    kept.push_back(each.launch.manifest);
    const auto conflicts = Conflicts(kept);
    if (conflicts.empty()) return false;
    kept.pop_back();
    catalog.broken.push_back({each.launch.manifest.name, conflicts});
    return true;
  });
}

}  // namespace

std::expected<Launch, std::string> LaunchOf(const HostConfig& config, const Revision& revision) {
  return MakeLaunch(config, revision.manifest, revision.name, revision.binary, revision.sdk);
}

Catalog MakeCatalog(const HostConfig& config, const Functions& functions,
                    const RevisionStore* store, FunctionRecords records) {
  Catalog catalog{.planned = {},
                  .broken = functions.broken,
                  .faults = functions.faults,
                  .records = std::move(records)};
  if (store == nullptr) {
    for (const Manifest& manifest : functions.manifests) {
      auto launch = InPlace(config, manifest);
      if (launch) {
        catalog.planned.push_back({*std::move(launch), {}, {}});
      } else {
        catalog.broken.push_back({manifest.name, {launch.error()}});
      }
    }
  } else {
    std::set<std::string> there;
    for (const auto& broken : functions.broken) there.insert(broken.name);
    for (const Manifest& manifest : functions.manifests) there.insert(manifest.name);
    std::erase_if(catalog.records, [&](const auto& each) {
      return !each.second.installed.empty() && !there.contains(each.first);
    });
    Maker maker(config, *store, catalog);
    for (const Manifest& manifest : functions.manifests) maker.Install(manifest);
    for (auto& [name, record] : catalog.records) maker.Plan(name, record);
  }
  // A broken folder does not take away what ran before it broke.
  std::erase_if(catalog.broken, [&](const Functions::Broken& each) {
    const auto same = [&](const Planned& p) { return p.launch.manifest.name == each.name; };
    if (std::ranges::none_of(catalog.planned, same)) return false;
    catalog.faults.insert(catalog.faults.end(), each.faults.begin(), each.faults.end());
    return true;
  });
  std::ranges::sort(catalog.planned, {},
                    [](const Planned& each) { return each.launch.manifest.name; });
  DropConflicts(catalog);
  return catalog;
}

}  // namespace host
