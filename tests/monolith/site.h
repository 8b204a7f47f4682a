// The old site: a small Django program of the shape that Thoughts replaces, served by uWSGI. For
// tests that move people, thoughts and routes away from it; README.md here says what it does.
//
//   monolith::Database database(cluster);                       // its tables, in a test's cluster
//   database.AddUser("ann", "a password");
//   monolith::Site site({.database_url = database.url()});      // answers when this returns
//   Get(site.http_url() + "/thoughts/")
//
// Needs Debian's python3-django, python3-psycopg2, python3-bcrypt, python3-jwt, uwsgi-core and
// uwsgi-plugin-python3, and tags = ["local"] when it has a cluster of its own.
#pragma once

#include <sys/types.h>

#include <string>

#include "sql/testing/cluster.h"

namespace monolith {

// Database `monolith` with the old site's tables and nothing in them, made in a PostgreSQL that a
// superuser reaches. The connection strings are libpq's, without a password.
class Database {
 public:
  // Throws sql::Error, also when it is there already.
  explicit Database(const sql::testing::Cluster& cluster);
  // `superuser_url` names any database of the server, `url` the one to make. `folder`: as below.
  Database(const std::string& superuser_url, const std::string& url,
           const std::string& folder = "tests/monolith");

  const std::string& url() const { return url_; }
  // With a bcrypt hash that is cheap to check.
  void AddUser(const std::string& name, const std::string& password);
  // Its id; written now.
  long AddThought(const std::string& name, const std::string& text);
  std::string One(const std::string& statement);

 private:
  std::string url_;
};

// As the old site stores it: "$2b$04$...".
std::string BcryptHash(const std::string& password);

struct SiteSettings {
  std::string database_url = {};  // the site as it always was; or
  std::string api_url = {};       // the site changed to use our API, "http://localhost:8080"
  // Where both are given, the first variant also knows people by our session tokens.
  std::string public_keys = {};  // folder of *.pem
  std::string issuer = {};
  int http_port = 0;                      // on 127.0.0.1; 0: a free one
  int uwsgi_port = 0;                     // the same for the uwsgi protocol
  std::string folder = "tests/monolith";  // where the program is: of runfiles, or of the repository
};

// One process group of uWSGI: two processes with four threads each. Dies with the test.
class Site {
 public:
  explicit Site(SiteSettings settings);  // throws std::runtime_error with uWSGI's words
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  std::string http_url() const;   // "http://127.0.0.1:PORT"
  std::string uwsgi_url() const;  // "uwsgi://127.0.0.1:PORT"
  // Ends it at once: nobody listens from then on. Start brings it back on the same ports.
  void Stop();
  void Start();
  std::string Log() const;  // what uWSGI and Django said

 private:
  [[noreturn]] void Exec() const;

  SiteSettings settings_;
  std::string work_;  // log and secrets
  pid_t pid_ = -1;
};

}  // namespace monolith
