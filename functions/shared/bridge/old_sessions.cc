#include "functions/shared/bridge/old_sessions.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>

#include "host/base/unavailable.h"
#include "host/db/database.h"
#include "host/db/pool.h"

namespace bridge {
namespace {

constexpr char kUrl[] = "OLD_SESSIONS_DATABASE_URL_FILE";
constexpr char kLeastDigits[] = "OLD_SESSIONS_LEAST_DIGITS";
constexpr size_t kLeast = 12;
constexpr size_t kMost = 50;
constexpr std::chrono::milliseconds kPatience{1'000};
constexpr size_t kConnections = 2;

// Nothing there is unique: two rows of one user are one session, of two users none.
constexpr host::Statement kUser{
    "session_bridge.old_user",
    "SELECT min(username) AS username FROM thoughts_sessionmodel WHERE session = $1 "
    "HAVING count(DISTINCT username) = 1"};

struct OldDatabase {
  explicit OldDatabase(const host::Context& context)
      : pool({.conninfo = context.config().FileText(kUrl),
              .name = "session_bridge",
              .statement_timeout_ms = static_cast<int>(kPatience.count())},
             kConnections, context.log()) {}
  host::db::Pool pool;
};

size_t LeastDigits(const host::Context& context) {
  size_t least = kLeast;
  const auto text = context.config().Find(kLeastDigits).value_or("");
  std::from_chars(text.data(), text.data() + text.size(), least);
  return least;
}

}  // namespace

bool IsOldSession(std::string_view text, const host::Context& context) {
  return text.size() >= LeastDigits(context) && text.size() <= kMost &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::expected<std::optional<std::string>, NoAnswer> OldUser(std::string_view number,
                                                            host::Context& context) {
  if (!context.config().Find(kUrl)) return std::unexpected(NoAnswer::kNotConfigured);
  try {
    auto& old = context.Shared<OldDatabase>([&] { return std::make_shared<OldDatabase>(context); });
    host::db::Database db(old.pool,
                          std::min(context.deadline(), context.clock().Steady() + kPatience));
    const auto row = db.Maybe(kUser, number);
    if (!row) return std::nullopt;
    return std::string(row->Text("username"));
  } catch (const std::runtime_error& fault) {
    context.log().Warning("the old site's sessions cannot be read", {{"error", fault.what()}});
    return std::unexpected(NoAnswer::kAway);
  }
}

}  // namespace bridge
