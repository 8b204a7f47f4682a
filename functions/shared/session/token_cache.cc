#include "functions/shared/session/token_cache.h"

#include <algorithm>

namespace session {

TokenCache::TokenCache(size_t capacity)
    : half_(std::max<size_t>(1, capacity / (2 * shards_.size()))) {}

// A thread that still holds the set before must not bring back what the new set dropped.
void TokenCache::Renew(Shard& shard, uint64_t generation) {
  if (generation <= shard.generation) return;
  shard.generation = generation;
  shard.newer.clear();
  shard.older.clear();
}

std::shared_ptr<const Claims> TokenCache::Find(std::string_view token, uint64_t generation) {
  Shard& shard = ShardOf(token);
  const std::lock_guard lock(shard.mutex);
  Renew(shard, generation);
  if (const auto it = shard.newer.find(token); it != shard.newer.end()) return it->second;
  const auto it = shard.older.find(token);
  if (it == shard.older.end()) return nullptr;
  auto claims = it->second;
  shard.older.erase(it);
  Insert(shard, std::string(token), claims);
  return claims;
}

void TokenCache::Keep(std::string_view token, uint64_t generation,
                      std::shared_ptr<const Claims> claims) {
  Shard& shard = ShardOf(token);
  const std::lock_guard lock(shard.mutex);
  Renew(shard, generation);
  if (generation == shard.generation) Insert(shard, std::string(token), std::move(claims));
}

void TokenCache::Insert(Shard& shard, std::string token, std::shared_ptr<const Claims> claims) {
  if (shard.newer.size() >= half_) {
    shard.older = std::move(shard.newer);
    shard.newer.clear();
  }
  shard.newer.insert_or_assign(std::move(token), std::move(claims));
}

size_t TokenCache::size() const {
  size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.newer.size() + shard.older.size();
  }
  return sum;
}

}  // namespace session
