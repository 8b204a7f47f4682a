#include "host/revisions/revision_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "host/manifest/names.h"
#include "host/revisions/file.h"
#include "host/revisions/identity.h"

namespace host {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

constexpr size_t kManifestBytes = 64 << 10;
constexpr char kUnfinished[] = ".new-";  // folders that are being made, or removed

std::string Joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

std::expected<Manifest, std::string> ManifestOf(const std::string& function,
                                                std::string_view text) {
  const std::string file = function + "/function.json";
  auto manifest = ParseManifest(text, file);
  if (!manifest) return std::unexpected(Joined(manifest.error()));
  if (manifest->name != function) {
    return std::unexpected(
        fmt::format("{}: name: must be \"{}\", is \"{}\"", file, function, manifest->name));
  }
  return *std::move(manifest);
}

std::expected<void, std::string> MakeFolder(const std::string& path, unsigned mode = 0700) {
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return FileFault(path, errno);
  return {};
}

// A folder that goes with this, unless it has been moved away.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& parent)
      : path_(parent + "/" + kUnfinished + "XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) error_ = errno;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (error_ == 0) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  int error() const { return error_; }

 private:
  std::string path_;
  int error_ = 0;
};

system_clock::time_point ChangedAt(const std::string& path) {
  struct stat file{};
  if (stat(path.c_str(), &file) != 0) return {};
  return system_clock::time_point(std::chrono::seconds(file.st_mtim.tv_sec) +
                                  std::chrono::nanoseconds(file.st_mtim.tv_nsec));
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  return names;
}

}  // namespace

std::expected<RevisionStore, std::string> RevisionStore::Open(const std::string& state_dir) {
  const std::string folder = state_dir + "/revisions";
  // Root's NGINX workers are other users, and read the switches in STATE/routes.
  if (const auto made = MakeFolder(state_dir, geteuid() == 0 ? 0755 : 0700); !made) {
    return std::unexpected(made.error());
  }
  Fd lock(open(state_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return FileFault(state_dir, errno);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return FileFault(state_dir, errno);
    return std::unexpected(state_dir +
                           " is in use by another fnhost; stop that one first, or choose another "
                           "\"state_dir\"");
  }
  auto made = MakeFolder(folder);
  if (made) made = SyncFolder(state_dir);
  if (!made) return std::unexpected(made.error());
  for (const std::string& name : NamesIn(folder)) {
    std::error_code ignored;
    if (name.starts_with(kUnfinished)) fs::remove_all(folder + "/" + name, ignored);
  }
  return RevisionStore(folder, std::move(lock));
}

std::expected<Revision, std::string> RevisionStore::Import(const std::string& function, int binary,
                                                           std::string_view manifest) const {
  if (manifest.size() > kManifestBytes) {
    return std::unexpected(function + "/function.json: is larger than 64 KiB");
  }
  auto parsed = ManifestOf(function, manifest);
  if (!parsed) return std::unexpected(parsed.error());
  const auto seen = Identify(binary, manifest);
  if (!seen) return std::unexpected(function + ": " + seen.error());
  if (auto there = Find(function, seen->name)) return there;

  const TemporaryFolder fresh(folder_);
  if (fresh.error() != 0) return FileFault(folder_, fresh.error());
  const std::string copy = fresh.path() + "/" + function;
  if (const auto copied = CopyFile(binary, copy, 0700); !copied) {
    return std::unexpected(copied.error());
  }
  // Named by what arrived: the file may have been written to meanwhile.
  const auto identity = Identify(copy, manifest);
  if (!identity) return std::unexpected(function + ": " + identity.error());
  auto put = WriteFile(fresh.path() + "/function.json", manifest);
  if (put) put = SyncFolder(fresh.path());
  if (put) put = Put(function, fresh.path(), identity->name);
  if (!put) return std::unexpected(put.error());
  return Find(function, identity->name);
}

std::expected<Revision, std::string> RevisionStore::Import(const std::string& function,
                                                           const std::string& binary,
                                                           std::string_view manifest) const {
  const Fd fd(open(binary.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return FileFault(binary, errno);
  return Import(function, fd.get(), manifest);
}

// Moves a finished folder to its place.
std::expected<void, std::string> RevisionStore::Put(const std::string& function,
                                                    const std::string& fresh,
                                                    const std::string& name) const {
  const std::string parent = FolderOf(function);
  if (const auto made = MakeFolder(parent); !made) return made;
  const std::string place = parent + "/" + name;
  // Only a folder that Find refused can be there: damaged, so out of the way with it.
  std::error_code ignored;
  fs::remove_all(place, ignored);
  if (rename(fresh.c_str(), place.c_str()) != 0) return FileFault(place, errno);
  const auto synced = SyncFolder(parent);
  return synced ? SyncFolder(folder_) : synced;
}

std::expected<Revision, std::string> RevisionStore::Find(const std::string& function,
                                                         const std::string& name) const {
  if (!IsName(function) || !IsRevisionName(name)) {
    return std::unexpected(fmt::format("{}: there is no revision \"{}\"", function, name));
  }
  const std::string folder = FolderOf(function) + "/" + name;
  const auto text = ReadFile(folder + "/function.json", kManifestBytes);
  if (!text) {
    return std::unexpected(
        fmt::format("{}: there is no revision {} ({})", function, name, text.error()));
  }
  auto manifest = ManifestOf(function, *text);
  if (!manifest) return std::unexpected(manifest.error());
  const std::string binary = folder + "/" + function;
  struct stat file{};
  if (stat(binary.c_str(), &file) != 0) return FileFault(binary, errno);
  if (!S_ISREG(file.st_mode) || file.st_size == 0) {
    return std::unexpected(binary + ": is damaged; deploy it again");
  }
  return Revision{.name = name,
                  .manifest = *std::move(manifest),
                  .binary = binary,
                  .sdk = IsSdkProgram(binary),
                  .made = ChangedAt(binary)};
}

std::vector<Revision> RevisionStore::List(const std::string& function) const {
  std::vector<Revision> revisions;
  if (!IsName(function)) return revisions;
  for (const std::string& name : NamesIn(FolderOf(function))) {
    if (auto revision = Find(function, name)) revisions.push_back(*std::move(revision));
  }
  std::ranges::sort(revisions, std::ranges::greater(),
                    [](const Revision& each) { return std::pair(each.made, each.name); });
  return revisions;
}

std::vector<std::string> RevisionStore::Prune(const std::string& function,
                                              const std::set<std::string>& keep,
                                              size_t most) const {
  std::vector<std::string> removed;
  if (!IsName(function)) return removed;
  const std::string folder = FolderOf(function);
  std::vector<std::string> names = NamesIn(folder);
  std::erase_if(names, [](const std::string& name) { return !IsRevisionName(name); });
  std::ranges::sort(names, {}, [&](const std::string& name) {  // damaged ones count as the oldest
    return std::pair(ChangedAt(folder + "/" + name + "/" + function), name);
  });
  size_t left = names.size();
  for (const std::string& name : names) {
    if (left <= most) break;
    if (keep.contains(name)) continue;
    // Moved away first: a half-removed revision is none.
    const TemporaryFolder gone(folder_);
    if (gone.error() != 0 || rename((folder + "/" + name).c_str(), gone.path().c_str()) != 0) break;
    removed.push_back(name);
    --left;
  }
  return removed;
}

}  // namespace host
