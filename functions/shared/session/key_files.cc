#include "functions/shared/session/key_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace session {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxKeyFile = 1 << 20;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read: " + std::strerror(errno));
  std::string text(kMaxKeyFile, '\0');
  file.read(text.data(), kMaxKeyFile);
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

std::string ReadSecret(const std::string& path) {
  std::string text = ReadFile(path);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// The files behind `path`, in order of their names: itself, or a folder's *.pem.
std::vector<std::string> FilesOf(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".pem") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// What changes when a file is written or replaced.
std::string StampOf(const std::string& path) {
  std::string stamp;
  for (const std::string& file : FilesOf(path)) {
    struct stat info{};
    stamp += file;
    if (stat(file.c_str(), &info) == 0) {
      for (const int64_t part :
           {static_cast<int64_t>(info.st_ino), static_cast<int64_t>(info.st_size),
            static_cast<int64_t>(info.st_mtim.tv_sec), static_cast<int64_t>(info.st_mtim.tv_nsec),
            static_cast<int64_t>(info.st_ctim.tv_sec),
            static_cast<int64_t>(info.st_ctim.tv_nsec)}) {
        stamp += ' ' + std::to_string(part);
      }
    }
    stamp += '\n';
  }
  return stamp;
}

}  // namespace

KeyFiles::KeyFiles(const host::Config& config, const host::Log& log)
    : public_path_(config.Find("SESSION_PUBLIC_KEYS_FILE")),
      secret_path_(config.Find("SESSION_SECRET_FILE")),
      log_(log),
      looked_(host::SteadyTime::min()) {
  if (!public_path_ && !secret_path_) {
    throw std::runtime_error(
        "neither SESSION_PUBLIC_KEYS_FILE nor SESSION_SECRET_FILE is set: name "
        "\"session_public_keys\" under "
        "\"needs\" in function.json");
  }
  stamp_ = Stamp();
  Set(Read(), 1);
}

std::shared_ptr<const KeyFiles::Loaded> KeyFiles::Get() const {
  const std::lock_guard lock(loaded_mutex_);
  return loaded_;
}

void KeyFiles::Set(KeySet keys, uint64_t generation) {
  auto loaded = std::make_shared<const Loaded>(Loaded{std::move(keys), generation});
  const std::lock_guard lock(loaded_mutex_);
  loaded_.swap(loaded);
}

std::string KeyFiles::Stamp() const {
  return (public_path_ ? StampOf(*public_path_) : "") +
         (secret_path_ ? StampOf(*secret_path_) : "");
}

KeySet KeyFiles::Read() const {
  std::vector<Key> keys;
  if (public_path_) {
    for (const std::string& file : FilesOf(*public_path_)) {
      for (Key& key : Key::FromPublicPem(ReadFile(file), file)) keys.push_back(std::move(key));
    }
  }
  if (secret_path_) keys.push_back(Key::FromSecret(ReadSecret(*secret_path_), *secret_path_));
  if (keys.empty()) throw std::runtime_error(*public_path_ + ": no *.pem file in this folder");
  return KeySet(std::move(keys));
}

std::shared_ptr<const KeyFiles::Loaded> KeyFiles::Current(host::SteadyTime now) {
  if (!IsDue(now, kLook)) return Get();
  const std::unique_lock lock(reload_, std::try_to_lock);
  return lock.owns_lock() ? Look(now, kLook) : Get();
}

std::shared_ptr<const KeyFiles::Loaded> KeyFiles::AfterUnknownKey(host::SteadyTime now) {
  // Waits for another thread's look: it may be reading this very key.
  const std::lock_guard lock(reload_);
  return Look(now, kSoonLook);
}

bool KeyFiles::IsDue(host::SteadyTime now, std::chrono::milliseconds at_least) const {
  const host::SteadyTime looked = looked_.load();
  return looked == host::SteadyTime::min() || now - looked >= at_least;
}

std::shared_ptr<const KeyFiles::Loaded> KeyFiles::Look(host::SteadyTime now,
                                                       std::chrono::milliseconds at_least) {
  if (!IsDue(now, at_least)) return Get();
  looked_.store(now);
  std::string stamp = Stamp();
  if (stamp == stamp_) return Get();
  stamp_ = std::move(stamp);
  try {
    Set(Read(), Get()->generation + 1);
    log_.Info("session keys read again", {{"keys", static_cast<int64_t>(Get()->keys.size())}});
  } catch (const std::runtime_error& error) {
    log_.Error("session keys kept as they were", {{"error", error.what()}});
  }
  return Get();
}

SigningKey::SigningKey(const host::Config& config, const host::Log& log)
    : private_path_(config.Find("SESSION_PRIVATE_KEY_FILE")),
      path_(private_path_ ? *private_path_ : config.Text("SESSION_SECRET_FILE")),
      log_(log),
      stamp_(StampOf(path_)),
      looked_(host::SteadyTime::min()),
      key_(Read()) {}

Key SigningKey::Read() const {
  return private_path_ ? Key::FromPrivatePem(ReadFile(path_), path_)
                       : Key::FromSecret(ReadSecret(path_), path_);
}

Key SigningKey::Current(host::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (looked_ != host::SteadyTime::min() && now - looked_ < KeyFiles::kLook) return *key_;
  looked_ = now;
  std::string stamp = StampOf(path_);
  if (stamp == stamp_) return *key_;
  stamp_ = std::move(stamp);
  try {
    key_ = Read();
    log_.Info("signing key read again", {{"kid", key_->id()}});
  } catch (const std::runtime_error& error) {
    log_.Error("signing key kept as it was", {{"error", error.what()}});
  }
  return *key_;
}

}  // namespace session
