// A plain libpq connection for the tools of this folder (migrate, seed, tests): it waits as long as
// the server does.
#pragma once

#include <postgresql/libpq-fe.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sql {

// The server refused a statement, or there is no server; what() is for people.
class Error : public std::runtime_error {
 public:
  Error(const std::string& what, std::string sqlstate)
      : std::runtime_error(what), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }  // "" when the server did not answer

 private:
  std::string sqlstate_;
};

using Row = std::vector<std::optional<std::string>>;

class Connection {
 public:
  // `conninfo` is a libpq connection string or URL. Throws Error, never with the password in its
  // text.
  explicit Connection(const std::string& conninfo);

  // Several statements in one text, answers thrown away.
  void Run(const std::string& statements);
  // One statement with parameters $1...
  std::vector<Row> Query(const std::string& statement,
                         const std::vector<std::optional<std::string>>& parameters = {});
  std::string One(const std::string& statement,
                  const std::vector<std::optional<std::string>>& parameters = {});

  // COPY ... FROM STDIN: StartCopy, CopyData as often as you like, EndCopy. Throws Error.
  void StartCopy(const std::string& statement);
  void CopyData(std::string_view data);
  void EndCopy();

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  [[noreturn]] void Throw(const PGresult* result) const;
  std::unique_ptr<PGconn, Close> connection_;
};

// The content of a file that holds a secret (a connection string, a password hash), without blanks
// around it. Throws std::runtime_error naming the file.
std::string ReadSecretFile(const std::string& file);

}  // namespace sql
