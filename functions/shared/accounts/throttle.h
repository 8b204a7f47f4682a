// Throttle: slows down guessing of passwords, per account and per address (IPv6 by /64), for all
// processes together.
//
// After kFreeFailures the next attempt must wait one second, then two, four ... 15 minutes; never
// longer, never for good. An attempt counts before its password is looked at, so that many at once
// are not one; one that comes too early counts for nothing, so nobody lengthens another's wait by
// insisting. Failures are forgotten with time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.h"
#include "host/db/database.h"

namespace accounts {

inline constexpr int kFreeFailures = 10;

// The address as it is counted: IPv4 as it is (also when written within IPv6), IPv6 by its /64,
// e.g. "2001:db8:0:1::/64".
std::string AddressSubject(std::string_view remote_address);

class Throttle {
 public:
  // `account`: the name as the client sent it; empty when no user can have that name.
  Throttle(host::db::Database& db, std::string_view account, std::string_view remote_address);

  // Counts this attempt. A 429 with Retry-After when it comes too early.
  host::Result<void> Attempt();
  // The password was right: the account starts afresh, and this attempt is taken back from the
  // address. Its other failures stay, else who has one account could guess at all others.
  void Succeeded();

 private:
  host::db::Database& db_;
  const std::string account_;
  const std::string address_;
};

}  // namespace accounts
