// Throttle: slows down guessing of passwords, per account and per address (IPv6 by /64), for all
// processes together.
//
// After kFreeFailures the next attempt must wait one second, then two, four ... 15 minutes; never
// longer, never for good. An attempt counts before its password is looked at, so that many at once
// are not one; one that comes too early counts for nothing, so nobody lengthens another's wait by
// insisting. Failures are forgotten with time.
//
// Who attacks an account does not lock its owner out: an address from which somebody logged in to
// the account within 30 days has a count of its own for it.
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

// The network of an address, as it is shown to the user of a session: IPv4 by /24, else as above.
std::string NetworkOf(std::string_view remote_address);

class Throttle {
 public:
  // `account`: the name as the client sent it; empty when no user can have that name.
  Throttle(host::db::Database& db, std::string_view account, std::string_view remote_address);

  // Counts this attempt. A 429 with Retry-After when it comes too early.
  host::Result<void> Attempt();
  // The password was right: the account starts afresh, and this attempt is taken back from the
  // address. Its other failures stay, else who has one account could guess at all others.
  void Succeeded();

  // It was no guess: the attempt is taken back from both, and nothing is remembered. For what is
  // guessed at besides passwords.
  void TakeBack();

  // Removes what is known of an account that is deleted: addresses are personal data.
  static void Forget(host::db::Database& db, std::string_view account);
  // Removes rows that count for nothing any more, 500 at most: now and then.
  static void Purge(host::db::Database& db);

 private:
  host::db::Database& db_;
  const std::string account_;
  const std::string address_;
  const std::string known_;  // account and address; a tab, which no name holds, between them
};

}  // namespace accounts
