// POST /api/me/thoughts/  text  ->  201 {id,username,text,timestamp} + Location
//
// A repeat of the same request gets the first answer: one statement stores the request's key, the
// thought and the answer, or none of them.

#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

namespace {

// $1 user id, $2 the same as key owner, $3 function, $4 key, $5 fingerprint, $6 text. The id is
// taken first, since the answer holds it. A key of the day before is taken over; a fresh one leaves
// `key` empty, and so the thought unmade.
constexpr host::Statement kCreate{"my_thoughts_create.create", R"(
  WITH who AS MATERIALIZED (SELECT username FROM users WHERE id = $1::bigint),
  new AS MATERIALIZED (SELECT username, nextval('thoughts_id_seq') AS id, clock_timestamp() AS timestamp FROM who),
  answer AS MATERIALIZED (
    SELECT *, '/api/thoughts/' || id || '/' AS location,
      '{"id":' || id || ',"username":' || to_json(username)::text || ',"text":' || to_json($6::text)::text ||
      ',"timestamp":"' || to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '"}' AS body
    FROM new),
  key AS (
    INSERT INTO request_keys AS k (owner, function, key, fingerprint, status, headers, body)
    SELECT $2, $3, $4, $5::bytea, 201, jsonb_build_object('Content-Type', 'application/json', 'Location', location,
      'Cache-Control', 'private, no-store'), body
    FROM answer
    ON CONFLICT (owner, function, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
      headers = excluded.headers, body = excluded.body, at = excluded.at
    WHERE k.at < clock_timestamp() - interval '24 hours'
    RETURNING 1),
  thought AS (
    INSERT INTO thoughts (id, user_id, username, text, timestamp)
    SELECT id, $1, username, $6, timestamp FROM answer, key)
  SELECT id, location, body FROM answer, key)"};

constexpr std::string_view kForeignKey = "23503";

// As repeat::Once does after some of its writes; this one goes without Once.
constexpr host::Statement kForget{"my_thoughts_create.forget", R"(
  DELETE FROM request_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM request_keys WHERE at < clock_timestamp() - interval '24 hours'
    LIMIT 500 FOR UPDATE SKIP LOCKED)))"};

void ForgetOldKeys(host::Context& context) {
  try {
    context.db().All(kForget);
  } catch (const std::exception& error) {
    // The thought is committed: its answer goes out whatever happens here.
    context.log().Warning("old request keys stay", {{"error", error.what()}});
  }
}

}  // namespace

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto text = thoughts::ParseText(request);
  if (!text) return host::Response::From(text.error());

  const auto owner = std::to_string(caller->user_id);
  const auto fingerprint = repeat::Of(request);
  if (request.has_idempotency_key()) {  // may be one that cannot be a key
    if (auto first = repeat::Find(request, context, owner, fingerprint)) return *std::move(first);
  }
  std::optional<host::db::Row> made;
  try {
    made = context.db().Maybe(kCreate, caller->user_id, owner, context.function(), request.key(),
                              host::db::Bytes(fingerprint.stored), *text);
  } catch (const host::db::Error& error) {
    if (error.sqlstate() != kForeignKey) throw;
    return host::Response::From(session::InvalidToken());  // the user was deleted just now
  }
  if (made) {
    if (made->Integer("id") % 200 == 0) ForgetOldKeys(context);
    return accounts::Private(host::Response::Created(std::string(made->Text("location")),
                                                     std::string(made->Text("body"))));
  }
  if (auto first = repeat::Find(request, context, owner, fingerprint)) return *std::move(first);
  return host::Response::From(session::InvalidToken());  // the user is gone
}
