#include "sql/client/client.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace sql {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

std::string Trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool Succeeded(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

}  // namespace

Connection::Connection(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
  if (!connection_) throw std::bad_alloc();
  if (PQstatus(connection_.get()) != CONNECTION_OK) Throw(nullptr);
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

void Connection::Run(const std::string& statements) {
  const Result result(PQexec(connection_.get(), statements.c_str()));
  if (!Succeeded(result.get())) Throw(result.get());
}

std::vector<Row> Connection::Query(const std::string& statement,
                                   const std::vector<std::optional<std::string>>& parameters) {
  std::vector<const char*> values;
  for (const auto& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  const Result result(PQexecParams(connection_.get(), statement.c_str(),
                                   static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                                   nullptr, 0));
  if (!Succeeded(result.get())) Throw(result.get());
  std::vector<Row> rows;
  for (int i = 0; i < PQntuples(result.get()); ++i) {
    Row row;
    for (int j = 0; j < PQnfields(result.get()); ++j) {
      if (PQgetisnull(result.get(), i, j)) {
        row.emplace_back();
      } else {
        row.emplace_back(PQgetvalue(result.get(), i, j));
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string Connection::One(const std::string& statement,
                            const std::vector<std::optional<std::string>>& parameters) {
  const auto rows = Query(statement, parameters);
  if (rows.size() != 1 || rows[0].empty()) {
    throw std::logic_error(fmt::format("{} rows where one was meant: {}", rows.size(), statement));
  }
  return rows[0][0].value_or("");
}

void Connection::StartCopy(const std::string& statement) {
  const Result result(PQexec(connection_.get(), statement.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) Throw(result.get());
}

void Connection::CopyData(std::string_view data) {
  if (PQputCopyData(connection_.get(), data.data(), static_cast<int>(data.size())) != 1) {
    Throw(nullptr);
  }
}

void Connection::EndCopy() {
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) Throw(nullptr);
  const Result result(PQgetResult(connection_.get()));
  if (!Succeeded(result.get())) Throw(result.get());
  while (const Result more{PQgetResult(connection_.get())}) continue;
}

void Connection::Throw(const PGresult* result) const {
  const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* message = result ? PQresultErrorMessage(result) : nullptr;
  if (!message || !*message) message = PQerrorMessage(connection_.get());
  throw Error(Trimmed(message), state ? state : "");
}

std::string ReadSecretFile(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream content;
  if (in) content << in.rdbuf();
  if (!in) throw std::runtime_error(fmt::format("cannot read {}: {}", file, std::strerror(errno)));
  const auto url = Trimmed(content.str());
  if (url.empty()) throw std::runtime_error(fmt::format("{} is empty", file));
  return url;
}

}  // namespace sql
