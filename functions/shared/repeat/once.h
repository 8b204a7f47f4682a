// Once: a write that may be sent twice is done once, and its repeat gets the first answer.
//
//   return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
//     context.db().All(kDelete, caller->user_id);
//     return host::Response::NoContent();
//   });
//
// The request's key (the client's Idempotency-Key, else NGINX's id of the request) is stored in the
// transaction of the work, so both happen or none does. The same key with another request is a 422.
// Answers from 400 on are not stored: the work is rolled back, and a repeat tries again. Two
// requests with one key at the same moment: the second waits for the first. Kept for 24 hours.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.h"
#include "host/function/context.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace repeat {

// What tells one request from another that comes with the same key.
struct Fingerprint {
  std::string stored;  // kept with the answer; must not give away a secret
  std::function<bool(std::string_view stored)>
      same;  // whether `stored`, of the first request, is this one's
  // Asked before `same`, where the answer could give away a secret; its problem goes out instead.
  std::function<host::Result<void>()> allowed = {};
};

// Of method, path and body.
Fingerprint Of(const host::Request& request);

// The path without the slash at its end, if it has one: with and without it is one route.
std::string_view PathOf(const host::Request& request);

// SHA-256 of the texts, each with its length: 32 bytes.
std::string Digest(std::initializer_list<std::string_view> texts);

using Work = std::function<host::Response()>;

// `owner`: user id of the signed token; without one, something that no other client has. `work`
// runs within a transaction, and may run again after a deadlock: it must have no effect but its
// statements. At most one of several equal header names is kept.
host::Response Once(const host::Request& request, host::Context& context, std::string_view owner,
                    const Work& work);
host::Response Once(const host::Request& request, host::Context& context, std::string_view owner,
                    const Fingerprint& fingerprint, const Work& work);

// The first answer when this request was answered already, nothing when not; a 422 as above. For
// what must be done outside of the transaction (hashing) or would now fail (a token that the first
// request revoked): ask this first, then do it, then Once.
std::optional<host::Response> Find(const host::Request& request, host::Context& context,
                                   std::string_view owner, const Fingerprint& fingerprint);

// For what is cleared away after the answer's work is committed: the answer goes out whatever
// happens here, so a failure is a `warning` in the log.
void ClearAway(host::Context& context, std::string_view warning, const std::function<void()>& work);

}  // namespace repeat
