// Cluster: a PostgreSQL of the test's own, on a Unix socket in a temporary folder, gone with the
// object (and with the test process, should it be killed). Started as the user `postgres` when the
// test runs as root. About a second.
//
//   sql::testing::Database database;                    // a cluster with one migrated database
//   sql::Connection owner(database.url());
//   database.url("thoughts_service")                    // the same database as that role
//
// Durable it is not: fsync is off. Tests that use it need tags = ["local"].
#pragma once

#include <sys/types.h>

#include <string>

#include "sql/client/client.h"

namespace sql::testing {

class Cluster {
 public:
  Cluster();
  Cluster(const Cluster&) = delete;
  ~Cluster();
  // Ends PostgreSQL at once, without good-bye to anyone; Start brings it back with its data.
  void Stop();
  void Start();
  // Connection string of `role` (the superuser postgres) for `database`.
  std::string url(const std::string& role = "postgres",
                  const std::string& database = "postgres") const;
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  pid_t postmaster_ = -1;
};

class Database {
 public:
  Database();  // all of sql/migrations applied
  std::string url(const std::string& role = "postgres") const { return cluster_.url(role, "test"); }
  // A file with url(role), as services are given it. Lives as long as the object.
  std::string url_file(const std::string& role) const;
  const Cluster& cluster() const { return cluster_; }

 private:
  Cluster cluster_;
};

// The one Database of this test program, made at first use, gone at its end.
Database& SharedDatabase();

}  // namespace sql::testing
