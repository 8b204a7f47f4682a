#include "functions/shared/repeat/once.h"

#include <openssl/sha.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "host/base/unavailable.h"

namespace repeat {
namespace {

// An expired key is taken over as if it had never been.
constexpr host::Statement kTake{
    "repeat.take",
    "INSERT INTO request_keys AS k (owner, function, key, fingerprint) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (owner, function, key) DO UPDATE SET fingerprint = excluded.fingerprint, "
    "status = NULL, headers = NULL, body = NULL, at = clock_timestamp() "
    "WHERE k.at < clock_timestamp() - interval '24 hours'"};

constexpr host::Statement kFind{"repeat.find",
                                "SELECT fingerprint, status, headers, body FROM request_keys WHERE "
                                "owner = $1 AND function = $2 "
                                "AND key = $3 AND at >= clock_timestamp() - interval '24 hours'"};

constexpr host::Statement kStore{"repeat.store",
                                 "UPDATE request_keys SET status = $4, headers = $5, body = $6 "
                                 "WHERE owner = $1 AND function = $2 AND key = $3"};

// Another process may be at the same rows: it has them then.
constexpr host::Statement kPurge{
    "repeat.purge",
    "DELETE FROM request_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM request_keys "
    "WHERE at < clock_timestamp() - interval '24 hours' LIMIT 500 FOR UPDATE SKIP LOCKED))"};

constexpr size_t kMaxKeyBytes = 255;
constexpr unsigned kPurgeEvery =
    200;  // writes of a process; each purge takes away more than have come

// Rolls the transaction back and carries the answer out of it.
struct Abandon {
  host::Response response;
};

bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= kMaxKeyBytes &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

host::Response BadKey() {
  return host::Response::From({422,
                               "The Idempotency-Key must be 1 to 255 printable ASCII characters.",
                               {{"Idempotency-Key", "is not 1 to 255 printable ASCII characters"}},
                               {}});
}

std::string HeadersJson(const host::Response& response) {
  nlohmann::json headers = nlohmann::json::object();
  for (const auto& [name, value] : response.headers()) headers[name] = value;
  return headers.dump();
}

host::Response Answer(const host::db::Row& row, const Fingerprint& fingerprint) {
  if (fingerprint.allowed) {
    if (const auto allowed = fingerprint.allowed(); !allowed) {
      return host::Response::From(allowed.error());
    }
  }
  if (!fingerprint.same(row.Bytes("fingerprint"))) {
    return host::Response::From({422,
                                 "This Idempotency-Key came with another request before.",
                                 {{"Idempotency-Key", "came with another request before"}},
                                 {}});
  }
  const auto headers = nlohmann::json::parse(row.Text("headers"));
  const auto type = headers.find("Content-Type");
  // What has no type has no body: 204 is the only such answer.
  auto response =
      type == headers.end()
          ? host::Response::NoContent()
          : host::Response::Text(static_cast<int>(row.Integer("status")), type->get<std::string>(),
                                 std::string(row.Text("body")));
  for (const auto& [name, value] : headers.items()) response.Header(name, value.get<std::string>());
  return response;
}

void PurgeNowAndThen(host::Context& context) {
  static std::atomic<unsigned> writes{0};
  if (writes.fetch_add(1, std::memory_order_relaxed) % kPurgeEvery != kPurgeEvery - 1) return;
  ClearAway(context, "old request keys stay", [&] { context.db().All(kPurge); });
}

}  // namespace

void ClearAway(host::Context& context, std::string_view warning,
               const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    context.log().Warning(warning, {{"error", error.what()}});
  }
}

std::string Digest(std::initializer_list<std::string_view> texts) {
  std::string all;
  for (const std::string_view text : texts) {
    all += std::to_string(text.size()) + ':';
    all += text;
  }
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string_view PathOf(const host::Request& request) {
  std::string_view path = request.path();
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

Fingerprint Of(const host::Request& request) {
  std::string digest = Digest({request.method(), PathOf(request), request.body()});
  return {digest, [digest](std::string_view stored) { return stored == digest; }, {}};
}

std::optional<host::Response> Find(const host::Request& request, host::Context& context,
                                   std::string_view owner, const Fingerprint& fingerprint) {
  if (!IsKey(request.key())) return BadKey();
  const auto row = context.db().Maybe(kFind, owner, context.function(), request.key());
  return row ? std::optional(Answer(*row, fingerprint)) : std::nullopt;
}

host::Response Once(const host::Request& request, host::Context& context, std::string_view owner,
                    const Work& work) {
  return Once(request, context, owner, Of(request), work);
}

host::Response Once(const host::Request& request, host::Context& context, std::string_view owner,
                    const Fingerprint& fingerprint, const Work& work) {
  const std::string& key = request.key();
  if (!IsKey(key)) return BadKey();
  auto& db = context.db();
  std::optional<host::db::Row> first;
  try {
    auto response = db.InTransaction([&]() -> std::optional<host::Response> {
      const auto taken =
          db.All(kTake, owner, context.function(), key, host::db::Bytes(fingerprint.stored));
      first = taken.affected() > 0 ? std::nullopt : db.Maybe(kFind, owner, context.function(), key);
      if (first) return std::nullopt;
      if (taken.affected() == 0) throw host::Unavailable("the request's key expired just now");
      host::Response made = work();
      if (made.status() >= 400) throw Abandon{std::move(made)};
      db.All(kStore, owner, context.function(), key, made.status(), HeadersJson(made), made.body());
      return made;
    });
    if (!response) return Answer(*first, fingerprint);  // may hash: not within the transaction
    PurgeNowAndThen(context);
    return *std::move(response);
  } catch (Abandon& abandoned) {
    return std::move(abandoned.response);
  }
}

}  // namespace repeat
