#include "host/db/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>

#include "host/base/utf8.h"

namespace host::db {
namespace {

// Waits until the socket is ready or the deadline has passed (false).
bool WaitFor(int fd, short events, SteadyTime deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{fd, events, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::string FirstLine(const char* message) {
  const std::string_view text(message);
  return std::string(text.substr(0, text.find('\n')));
}

// States in which PostgreSQL will take no statement now but will again: connection and operator
// failures, too many connections, a standby, resources.
bool IsAway(std::string_view sqlstate) {
  return sqlstate.starts_with("08") || sqlstate == "57P01" || sqlstate == "57P02" ||
         sqlstate == "57P03" || sqlstate == "25006" || sqlstate.starts_with("53");
}

// What the connection string already says under "options", so that ours are added to it.
std::string GivenOptions(const std::string& conninfo) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(conninfo.c_str(), &message), PQconninfoFree);
  const std::unique_ptr<char, void (*)(void*)> why(message, PQfreemem);
  if (!options) {  // never the string itself: it may hold a password
    throw std::runtime_error(
        "the database's connection string cannot be read; see libpq's documentation, 34.1.1");
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) == "options" && option->val != nullptr)
      return option->val;
  }
  return {};
}

void RequireTime(const char* name, SteadyTime deadline) {
  if (std::chrono::steady_clock::now() >= deadline)
    throw TimedOut(fmt::format("{}: not begun: the request's deadline has passed", name));
}

void RequireText(const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    if (!parameter) continue;
    if (parameter->find('\0') != std::string::npos) throw BadText("A value holds a NUL character.");
    if (!IsUtf8(*parameter)) throw BadText("A value is not UTF-8.");
  }
}

}  // namespace

Connection::Connection(const ConnectionSettings& settings, Canceller* canceller)
    : next_(PGRES_POLLING_WRITING), canceller_(canceller) {
  const std::string options =
      fmt::format("{} -c statement_timeout={} -c idle_in_transaction_session_timeout={}",
                  GivenOptions(settings.conninfo), settings.statement_timeout_ms,
                  2 * settings.statement_timeout_ms);
  const std::array keywords = {"dbname",           "options",
                               "client_encoding",  "fallback_application_name",
                               "tcp_user_timeout", static_cast<const char*>(nullptr)};
  const std::array values = {
      settings.conninfo.c_str(), options.c_str(), "UTF8",
      settings.name.c_str(),     "5000",          static_cast<const char*>(nullptr)};
  connection_ = PQconnectStartParams(keywords.data(), values.data(), /*expand_dbname=*/1);
  if (connection_ == nullptr) throw std::bad_alloc();
  // A Unix socket takes the first packet at once, and PostgreSQL begins.
  pollfd ready{PQsocket(connection_), POLLOUT, 0};
  if (PQstatus(connection_) != CONNECTION_BAD && poll(&ready, 1, 0) == 1)
    next_ = PQconnectPoll(connection_);
}

void Connection::Establish(SteadyTime deadline) {
  while (next_ != PGRES_POLLING_OK) {
    if (next_ == PGRES_POLLING_FAILED || PQstatus(connection_) == CONNECTION_BAD) {
      Break("connect", FirstLine(PQerrorMessage(connection_)), false);
    }
    const short events = next_ == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!WaitFor(PQsocket(connection_), events, deadline))
      Break("connect", "no answer in time", false);
    next_ = PQconnectPoll(connection_);
  }
  // Or libpq would wait for room in the socket by itself, and for ever.
  PQsetnonblocking(connection_, 1);
  // Notices would go to stderr in libpq's own form.
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
}

Connection::~Connection() { PQfinish(connection_); }

void Connection::Break(const char* name, const std::string& why, bool received) {
  broken_ = true;
  throw Broken(fmt::format("database away: {}: {}", name, why), received);
}

void Connection::GiveUp(const char* name) {
  broken_ = true;
  if (canceller_ != nullptr) canceller_->Cancel(connection_);
  throw TimedOut(fmt::format("{}: no answer by the request's deadline", name));
}

bool Connection::Alive() {
  pollfd waiting{PQsocket(connection_), POLLIN, 0};
  if (poll(&waiting, 1, 0) == 0) return true;
  // Nothing was asked, so something said unasked is good-bye, or a notice.
  if (PQconsumeInput(connection_) == 0 || PQstatus(connection_) != CONNECTION_OK) return false;
  return (waiting.revents & (POLLHUP | POLLERR)) == 0 && PQsocket(connection_) >= 0 &&
         PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

bool Connection::Reusable() const {
  return !broken_ && PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

Rows Connection::Run(const Statement& statement, const std::vector<Parameter>& parameters,
                     SteadyTime deadline) {
  RequireText(parameters);
  RequireTime(statement.name, deadline);
  Prepare(statement, deadline);
  std::array<const char*, 32> values{};
  if (parameters.size() > values.size()) throw std::logic_error("too many parameters");
  for (size_t i = 0; i < parameters.size(); ++i)
    values[i] = parameters[i] ? parameters[i]->c_str() : nullptr;
  if (PQsendQueryPrepared(connection_, statement.name, static_cast<int>(parameters.size()),
                          values.data(), nullptr, nullptr, /*resultFormat=*/0) == 0) {
    Break(statement.name, FirstLine(PQerrorMessage(connection_)), true);
  }
  Send(statement.name, true, deadline);
  return Rows(Wait(statement.name, true, deadline));
}

void Connection::Prepare(const Statement& statement, SteadyTime deadline) {
  if (prepared_.contains(statement.name)) return;
  if (PQsendPrepare(connection_, statement.name, statement.sql, 0, nullptr) == 0) {
    Break(statement.name, FirstLine(PQerrorMessage(connection_)), false);
  }
  Send(statement.name, false, deadline);
  Wait(statement.name, false, deadline);
  prepared_.insert(statement.name);
}

void Connection::Command(const char* sql, SteadyTime deadline) {
  RequireTime(sql, deadline);
  if (PQsendQuery(connection_, sql) == 0) Break(sql, FirstLine(PQerrorMessage(connection_)), true);
  Send(sql, true, deadline);
  const Result result = Wait(sql, true, deadline);
  // COMMIT of a failed transaction says ROLLBACK.
  if (std::string_view(PQcmdStatus(result.get())) != sql)
    throw Error(fmt::format("{} did not happen", sql), "25P02");
}

// All that was asked goes out; PostgreSQL may have to be read from meanwhile, or it would stop
// reading.
void Connection::Send(const char* name, bool received, SteadyTime deadline) {
  for (int left = PQflush(connection_); left != 0; left = PQflush(connection_)) {
    if (left < 0) Break(name, FirstLine(PQerrorMessage(connection_)), received);
    if (!WaitFor(PQsocket(connection_), POLLIN | POLLOUT, deadline)) GiveUp(name);
    if (PQconsumeInput(connection_) == 0)
      Break(name, FirstLine(PQerrorMessage(connection_)), received);
  }
}

Connection::Result Connection::Wait(const char* name, bool received, SteadyTime deadline) {
  Result last;
  for (;;) {
    while (PQisBusy(connection_) != 0) {
      if (!WaitFor(PQsocket(connection_), POLLIN, deadline)) GiveUp(name);
      if (PQconsumeInput(connection_) == 0)
        Break(name, FirstLine(PQerrorMessage(connection_)), received);
    }
    pg_result* result = PQgetResult(connection_);
    if (result == nullptr) break;
    if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR)
      last = Result(result, PQclear);
    else
      PQclear(result);
  }
  if (!last) Break(name, "no answer", received);
  const ExecStatusType status = PQresultStatus(last.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return last;
  const char* field = PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
  const std::string sqlstate = field == nullptr ? "08006" : field;  // libpq's own errors have none
  const std::string message = FirstLine(PQresultErrorMessage(last.get()));
  if (PQstatus(connection_) != CONNECTION_OK || IsAway(sqlstate)) Break(name, message, received);
  if (sqlstate == "57014")
    throw TimedOut(fmt::format("{}: statement cancelled: it took too long", name));
  throw Error(fmt::format("{}: {} ({})", name, message, sqlstate), sqlstate);
}

}  // namespace host::db
