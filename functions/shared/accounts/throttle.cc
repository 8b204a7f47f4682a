#include "functions/shared/accounts/throttle.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace accounts {
namespace {

// One row per subject. `failures` leaks: one is forgotten every $4 seconds. Too early: no row comes
// back, and nothing is written. 2^(failures - 10) seconds after the last one: 1 s after the tenth,
// 900 s from the twentieth on. Account names count as the users table compares them.
#define SUBJECT "CASE $1 WHEN 'account' THEN name_key($2) ELSE $2 END"
#define LEFT_OVER \
  "greatest(0, f.failures - floor(extract(epoch FROM clock_timestamp() - f.last) / $4::int)::int)"
#define WAIT "least(900, 2 ^ (" LEFT_OVER " - $3::int))"

constexpr host::Statement kCount{
    "throttle.count",
    "INSERT INTO login_failures AS f (kind, subject, failures) VALUES ($1, " SUBJECT
    ", 1) "
    "ON CONFLICT (kind, subject) DO UPDATE SET failures = least(" LEFT_OVER
    " + 1, $3::int + 12), "
    "last = clock_timestamp() WHERE " LEFT_OVER
    " < $3::int "
    "OR clock_timestamp() >= f.last + make_interval(secs => " WAIT ") RETURNING f.failures"};

constexpr host::Statement kWait{
    "throttle.wait",
    "SELECT greatest(1, ceil(extract(epoch FROM f.last - clock_timestamp()) + " WAIT
    "))::int AS wait_s "
    "FROM login_failures f WHERE f.kind = $1 AND f.subject = " SUBJECT};

#undef SUBJECT
#undef WAIT
#undef LEFT_OVER

constexpr host::Statement kForgetAccount{
    "throttle.forget_account",
    "DELETE FROM login_failures WHERE kind = 'account' AND subject = name_key($1)"};

constexpr host::Statement kForgetAll{
    "throttle.forget_all",
    "DELETE FROM login_failures WHERE kind = 'account' AND (subject = name_key($1) "
    "OR starts_with(subject, name_key($1) || E'\\t'))"};

constexpr host::Statement kIsKnown{
    "throttle.is_known",
    "SELECT 1 FROM login_failures WHERE kind = 'account' AND subject = name_key($1) "
    "AND last > clock_timestamp() - interval '30 days'"};

constexpr host::Statement kKnow{
    "throttle.know",
    "INSERT INTO login_failures (kind, subject, failures) VALUES ('account', name_key($1), 0) "
    "ON CONFLICT (kind, subject) DO UPDATE SET failures = 0, last = clock_timestamp()"};

// The slowest leak forgets all failures within a day. A log-in waits for this: a few rows, and none
// that another is at.
constexpr host::Statement kPurge{
    "throttle.purge",
    "DELETE FROM login_failures WHERE ctid = ANY (ARRAY(SELECT ctid FROM login_failures "
    "WHERE last < clock_timestamp() - "
    "CASE WHEN kind = 'account' AND strpos(subject, E'\\t') > 0 THEN interval '30 days' "
    "ELSE interval '1 day' END LIMIT 500 FOR UPDATE SKIP LOCKED))"};

constexpr host::Statement kTakeBack{"throttle.take_back",
                                    "UPDATE login_failures SET failures = greatest(0, failures - "
                                    "1) WHERE kind = $1 AND subject = $2"};

constexpr host::Statement kTakeBackAccount{
    "throttle.take_back_account",
    "UPDATE login_failures SET failures = greatest(0, failures - 1) "
    "WHERE kind = 'account' AND subject = name_key($1)"};

// An office behind one address makes many slips a day, an account's owner few.
constexpr int kAccountLeakSeconds = 3600;
constexpr int kAddressLeakSeconds = 360;

host::Problem TooEarly(int64_t wait_s) {
  return {429,
          "Too many wrong passwords: try again in " + std::to_string(wait_s) +
              (wait_s == 1 ? " second." : " seconds."),
          {},
          {{"Retry-After", std::to_string(wait_s)}}};
}

}  // namespace

std::string AddressSubject(std::string_view remote_address) {
  std::string text(remote_address);
  in6_addr address{};
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return text;
  char out[INET6_ADDRSTRLEN] = "";
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    return inet_ntop(AF_INET, &address.s6_addr[12], out, sizeof out);
  }
  std::memset(&address.s6_addr[8], 0, 8);
  return std::string(inet_ntop(AF_INET6, &address, out, sizeof out)) + "/64";
}

std::string NetworkOf(std::string_view remote_address) {
  std::string subject = AddressSubject(remote_address);
  in_addr address{};
  if (inet_pton(AF_INET, subject.c_str(), &address) != 1) return subject;
  return subject.substr(0, subject.rfind('.')) + ".0/24";
}

Throttle::Throttle(host::db::Database& db, std::string_view account,
                   std::string_view remote_address)
    : db_(db),
      account_(account),
      address_(AddressSubject(remote_address)),
      known_(account_.empty() ? "" : account_ + '\t' + address_) {}

host::Result<void> Throttle::Attempt() {
  if (!db_.Maybe(kCount, "address", address_, kFreeFailures, kAddressLeakSeconds)) {
    const auto row = db_.Maybe(kWait, "address", address_, kFreeFailures, kAddressLeakSeconds);
    return std::unexpected(TooEarly(row ? row->Integer("wait_s") : 1));
  }
  if (account_.empty()) return {};
  const std::string& subject = db_.Maybe(kIsKnown, known_) ? known_ : account_;
  if (!db_.Maybe(kCount, "account", subject, kFreeFailures, kAccountLeakSeconds)) {
    // The address is not to blame for others' attempts at this account.
    db_.All(kTakeBack, "address", address_);
    const auto row = db_.Maybe(kWait, "account", subject, kFreeFailures, kAccountLeakSeconds);
    return std::unexpected(TooEarly(row ? row->Integer("wait_s") : 1));
  }
  return {};
}

void Throttle::Succeeded() {
  db_.All(kForgetAccount, account_);
  db_.All(kKnow, known_);
  db_.All(kTakeBack, "address", address_);
}

void Throttle::TakeBack() {
  db_.All(kTakeBackAccount, account_);
  db_.All(kTakeBack, "address", address_);
}

void Throttle::Forget(host::db::Database& db, std::string_view account) {
  db.All(kForgetAll, account);
}

void Throttle::Purge(host::db::Database& db) { db.All(kPurge); }

}  // namespace accounts
