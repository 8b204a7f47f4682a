#include "host/control/database_check.h"

#include <fmt/format.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/db/statement.h"

namespace host {
namespace {

constexpr std::chrono::seconds kPeriod{1};
constexpr std::chrono::seconds kLimit{2};  // of one check
constexpr std::chrono::seconds kTooOld{5};

// The query's one value under a name, whatever its type.
std::string Wrap(std::string query) {
  while (!query.empty() && (query.back() == ';' || query.back() == ' ')) query.pop_back();
  return "SELECT (" + query + ")::text AS found";
}

std::string ReadConninfo(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("ready.database_url_file: cannot read " + path);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// On `connection`, which is made, or made anew, when it has to be.
DatabaseState Ask(const ReadyCheck& settings, const std::string& sql,
                  std::unique_ptr<db::Connection>& connection) {
  try {
    const auto deadline = std::chrono::steady_clock::now() + kLimit;
    if (!connection || !connection->Reusable() || !connection->Alive()) {
      connection.reset();
      connection = std::make_unique<db::Connection>(
          db::ConnectionSettings{.conninfo = ReadConninfo(settings.database_url_file),
                                 .name = "fnhost",
                                 .statement_timeout_ms = 2000});
      connection->Establish(deadline);
    }
    const db::Statement statement{"fnhost.ready", sql.c_str()};
    const db::Rows rows = connection->Run(statement, {}, deadline);
    const auto found = rows.empty() ? std::nullopt : rows[0].MaybeText("found");
    if (!found) return {.ok = false, .found = "", .detail = "the query found nothing"};
    if (*found != settings.expect) {
      return {.ok = false,
              .found = std::string(*found),
              .detail = fmt::format("expected {}, found {}: run the migrations, or the host of "
                                    "that schema",
                                    settings.expect, *found)};
    }
    return {.ok = true, .found = std::string(*found), .detail = ""};
  } catch (const std::exception& fault) {
    connection.reset();
    return {.ok = false, .found = "", .detail = fault.what()};
  }
}

}  // namespace

DatabaseState AskDatabase(const ReadyCheck& settings) {
  std::unique_ptr<db::Connection> connection;
  return Ask(settings, Wrap(settings.query), connection);
}

DatabaseCheck::DatabaseCheck(const ReadyCheck& settings)
    : settings_(settings),
      sql_(Wrap(settings.query)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

DatabaseCheck::~DatabaseCheck() = default;

DatabaseState DatabaseCheck::State() const {
  const std::lock_guard lock(mutex_);
  if (std::chrono::steady_clock::now() - asked_ <= kTooOld) return state_;
  return {.ok = false, .found = state_.found, .detail = "the check itself hangs"};
}

void DatabaseCheck::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    DatabaseState state = Ask(settings_, sql_, connection_);
    std::unique_lock lock(mutex_);
    state_ = std::move(state);
    asked_ = std::chrono::steady_clock::now();
    wake_.wait_for(lock, stop, kPeriod, [] { return false; });
  }
}

}  // namespace host
