#include "functions/shared/front/old_session.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "functions/shared/front/api.h"
#include "functions/shared/front/http.h"
#include "host/base/unavailable.h"

namespace front {
namespace {

constexpr char kUrl[] = "SESSION_BRIDGE_URL";
constexpr std::chrono::milliseconds kPatience{2'000};

// Throws host::Unavailable when there is no answer, and no word of what it means.
std::string Ask(const std::string& url, const std::string& number, const host::Request& request,
                host::Context& context) {
  auto& connections = context.Shared<Connections>([] { return std::make_shared<Connections>(); });
  const auto answer = connections.Exchange(
      {.method = "POST",
       .url = url,
       .headers = {"Content-Type: application/json", "X-Request-ID: " + request.id(),
                   "X-Forwarded-For: " + request.remote_address(),
                   "User-Agent: " + std::string(request.header("user-agent").value_or(""))},
       .body = Json{{"session", number}}.dump(),
       .limit = kPatience});
  if (answer.status == 404) return "";
  const auto body = Json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !body.is_object()) {
    throw host::Unavailable("the session bridge answered " + std::to_string(answer.status));
  }
  return TextOf(body, "token");
}

}  // namespace

std::string OldSessionToken(const std::string& number, const host::Request& request,
                            host::Context& context) {
  const auto url = context.config().Find(kUrl);
  if (number.empty() || !url || url->empty()) return "";
  auto& cache = context.Shared<OldSessionCache>([] { return std::make_shared<OldSessionCache>(); });
  const auto now = context.clock().Steady();
  if (auto known = cache.Find(number, now, OldSessionCache::kFresh)) return *std::move(known);
  try {
    std::string token = Ask(*url, number, request, context);
    cache.Keep(number, token, now);
    return token;
  } catch (const host::Unavailable& away) {
    context.log().Warning("the session bridge does not answer",
                          {{"request_id", request.id()}, {"error", away.what()}});
    return cache.Find(number, now, OldSessionCache::kStale).value_or("");
  }
}

std::optional<std::string> OldSessionCache::Find(const std::string& number, host::SteadyTime now,
                                                 std::chrono::seconds age) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(number);
  if (found == entries_.end() || now - found->second.at > age) return std::nullopt;
  return found->second.token;
}

// Full, it begins anew: an answer costs a question, and nothing is lost.
void OldSessionCache::Keep(const std::string& number, const std::string& token,
                           host::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMost && !entries_.contains(number)) entries_.clear();
  entries_[number] = {token, now};
}

}  // namespace front
