// The instance under test: ./dev test starts it and says where it is by environment variables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/instance/http.h"

namespace e2e {

std::string Public(const std::string& path);    // URL on the public port
std::string Internal(const std::string& path);  // URL on the internal port
std::string State();                            // the state folder
std::string Repository();

struct Ran {
  int exit_code = -1;
  std::string output;  // standard output
};
// Runs a script with bash in the repository's folder.
Ran Bash(const std::string& script);

// The answer of one SQL statement, as psql -At prints it, without the last line break.
std::string Sql(const std::string& statement);

// An Authorization value made by ./dev token.
std::string AdminAuthorization();

// "NAME NUMBER", different at each call and run.
std::string Unique(const std::string& name);

struct User {
  long id = 0;
  std::string username;
  std::string password;
  std::string authorization;
};
// Signs up and logs in, through the public API.
User NewUser(const std::string& username = Unique("person"));
// The value of "Authorized"; fails the test when the login does not work.
std::string Login(const std::string& username, const std::string& password);
// Creates a thought and returns its id; fails the test when that does not work.
long NewThought(const User& user, const std::string& text);

nlohmann::json Json(const Answer& answer);                    // null when it is not JSON
std::vector<std::string> Keys(const nlohmann::json& object);  // sorted
// Says what is wrong with the answer as an error of `status` (RFC 9457 and our own fields); "" when
// it is right.
std::string ProblemFault(const Answer& answer, int status);

// Workers of a function ("" of any) that run now.
std::vector<int> Workers(const std::string& function);

}  // namespace e2e

#define E2E_PROBLEM(answer, status)                           \
  do {                                                        \
    const auto e2e_fault = e2e::ProblemFault(answer, status); \
    BOOST_TEST(e2e_fault.empty(), e2e_fault);                 \
  } while (false)
