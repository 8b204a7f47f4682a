// RevisionStore: the deployed binaries and manifests, kept by what is in them.
//
//   STATE/revisions/FUNCTION/HASH12/FUNCTION        the binary, 0700
//                                  /function.json   the manifest, 0600
//
// Guarantees: a revision is there whole or not at all, also after a crash or a power cut, and never
// changes. What fails leaves nothing behind. Folders are 0700: only the user that runs the host may
// read or run what is in them.
//
// One host at a time has a store: Open takes flock(2) on STATE, which goes with the process. Any
// thread may call; Import and Prune one at a time, and since they wait for the disk, from a
// Background. Errors are lines for people, several with line breaks between.
#pragma once

#include <chrono>
#include <expected>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/supervisor/fd.h"

namespace host {

struct Revision {
  std::string name;  // 12 hex digits, as in identity.h
  Manifest manifest;
  std::string binary;  // its path
  bool sdk = false;    // made with the SDK
  std::chrono::system_clock::time_point made;
};

class RevisionStore {
 public:
  // Makes the folders that are missing (not those above `state_dir`), removes what a crash left
  // half-made. Errors: no right, or "in use by another fnhost".
  static std::expected<RevisionStore, std::string> Open(const std::string& state_dir);

  // Copies a binary and its manifest, text as it is, into the store. The same content again is the
  // same revision, and copies nothing. Errors: the manifest is not one of `function`; the binary is
  // no regular file, empty or larger than 1 GiB; the disk is full.
  std::expected<Revision, std::string> Import(const std::string& function, int binary,
                                              std::string_view manifest) const;
  std::expected<Revision, std::string> Import(const std::string& function,
                                              const std::string& binary,
                                              std::string_view manifest) const;

  std::expected<Revision, std::string> Find(const std::string& function,
                                            const std::string& name) const;

  // Newest first; those that cannot be read are left out.
  std::vector<Revision> List(const std::string& function) const;

  // Removes the oldest revisions until `most` are left, but none of `keep`. Processes that run one
  // go on. Returns the names of those removed.
  std::vector<std::string> Prune(const std::string& function, const std::set<std::string>& keep,
                                 size_t most) const;

 private:
  RevisionStore(std::string folder, Fd lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::string FolderOf(const std::string& function) const { return folder_ + "/" + function; }
  std::expected<void, std::string> Put(const std::string& function, const std::string& fresh,
                                       const std::string& name) const;

  std::string folder_;  // STATE/revisions
  Fd lock_;
};

}  // namespace host
