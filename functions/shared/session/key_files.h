// KeyFiles: the key set of a process, read from files and read again when they change.
//
// Safe for several threads; nobody waits for a reload but the thread that does it, and those whose
// token has a key that is not known yet. The files are looked at when a request asks, at most once
// in kLook, so a key that was taken away is refused within a second. A file that cannot be read or
// parsed changes nothing: the old set stays, and an error line says why, once for each change.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "functions/shared/session/token.h"
#include "host/base/clock.h"
#include "host/base/config.h"
#include "host/base/log.h"

namespace session {

class KeyFiles {
 public:
  static constexpr std::chrono::milliseconds kLook{900};
  // After a token with an unknown key id, files are looked at sooner: a signer may have a new key
  // before we looked.
  static constexpr std::chrono::milliseconds kSoonLook{100};

  // SESSION_PUBLIC_KEYS_FILE: a PEM file, or a folder whose *.pem files are read.
  // SESSION_SECRET_FILE: a secret for HS256. One of them or both. Throws std::runtime_error that
  // says what is wrong: a process without keys cannot start its work.
  KeyFiles(const host::Config& config, const host::Log& log);

  struct Loaded {
    KeySet keys;
    uint64_t generation = 0;  // another number for each set
  };
  std::shared_ptr<const Loaded> Current(host::SteadyTime now);
  std::shared_ptr<const Loaded> AfterUnknownKey(host::SteadyTime now);

 private:
  std::shared_ptr<const Loaded> Get() const;
  void Set(KeySet keys, uint64_t generation);
  bool IsDue(host::SteadyTime now, std::chrono::milliseconds at_least) const;
  // With reload_ held.
  std::shared_ptr<const Loaded> Look(host::SteadyTime now, std::chrono::milliseconds at_least);
  std::string Stamp() const;
  KeySet Read() const;

  const std::optional<std::string> public_path_;
  const std::optional<std::string> secret_path_;
  const host::Log& log_;
  std::mutex reload_;  // held by the thread that looks
  std::string stamp_;  // of the files behind loaded_, or of the last that failed
  std::atomic<host::SteadyTime> looked_;
  mutable std::mutex loaded_mutex_;
  std::shared_ptr<const Loaded> loaded_;
};

// The key that signs: SESSION_PRIVATE_KEY_FILE, else SESSION_SECRET_FILE. Read again when it
// changed, as above.
class SigningKey {
 public:
  SigningKey(const host::Config& config, const host::Log& log);
  Key Current(host::SteadyTime now);

 private:
  Key Read() const;

  const std::optional<std::string> private_path_;
  const std::string path_;
  const host::Log& log_;
  std::mutex mutex_;
  std::string stamp_;
  host::SteadyTime looked_;
  std::optional<Key> key_;
};

}  // namespace session
