// TokenCache: tokens whose signature was checked by this process, so that each costs one check.
//
// Found by the whole token, compared exactly; a changed key set empties it. Bounded: the longest
// unused half goes when it is full. Whoever takes claims from it tests their expiry again. Safe for
// several threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "functions/shared/session/token.h"

namespace session {

class TokenCache {
 public:
  explicit TokenCache(size_t capacity = 2048);

  // Null when not there. `generation` is KeyFiles::Loaded's.
  std::shared_ptr<const Claims> Find(std::string_view token, uint64_t generation);
  void Keep(std::string_view token, uint64_t generation, std::shared_ptr<const Claims> claims);
  size_t size() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Map = std::unordered_map<std::string, std::shared_ptr<const Claims>, Hash, std::equal_to<>>;
  // Two generations of entries stand for an order of use: what is found in the older moves to the
  // newer.
  struct Shard {
    mutable std::mutex mutex;
    uint64_t generation = 0;
    Map newer, older;
  };
  Shard& ShardOf(std::string_view token) { return shards_[Hash()(token) % shards_.size()]; }
  static void Renew(Shard& shard, uint64_t generation);
  void Insert(Shard& shard, std::string token, std::shared_ptr<const Claims> claims);

  std::array<Shard, 8> shards_;
  const size_t half_;  // entries of one map of a shard
};

}  // namespace session
