// Bridged sessions: which sessions of ours stand for sessions of the old site (table
// bridged_sessions). A session of ours has the same token claims each time it is asked for, so that
// the forms that were made with it stay good.
#pragma once

#include <optional>
#include <string>

#include "functions/shared/session/session.h"
#include "host/db/database.h"
#include "host/function/context.h"

namespace bridge {

// What is kept instead of an old session's number: its SHA-256, in hexadecimal.
std::string HashOf(std::string_view number);

struct Bridged {
  bool ended = false;        // here: the number counts for nothing any more
  bool live = false;         // a session of ours that has not expired stands for it
  std::string session_id;    // of a live one
  session::Subject subject;  // of a live one
  int64_t expires_s = 0;
};
// Nothing for a number that never came before.
std::optional<Bridged> Find(host::db::Database& db, const std::string& hash);

// The user of ours whom the old site calls so: the name as it is written, since there names that
// differ by case alone are different people. Locked, so that no deletion or new password passes by:
// within a transaction.
std::optional<session::Subject> UserOf(host::db::Database& db, std::string_view old_username);

// Begins a session of ours for the number, unless another request just did. Within the same
// transaction.
void Begin(const std::string& hash, const session::Subject& subject, host::Context& context);

// A token of the session that stands for a live number: signed anew, with the same claims while the
// user's scopes are the same. Needs "session_private_key".
std::string TokenOf(const Bridged& known, host::Context& context);

// The old site does not know the number (any more): ends what stands for it, for all workers within
// a second; remembers numbers that never were any, so that the same slip counts once.
void Refuse(host::db::Database& db, const std::string& hash, const Bridged* known);

// Removes some remembered numbers of yesterday: now and then.
void Purge(host::db::Database& db);

}  // namespace bridge
