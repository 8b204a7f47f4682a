// Person: somebody at a browser without JavaScript, who does not know which site answers.
//
//   Person ann("ann", "old password", 7);
//   ann.LogIn();                       // by whichever site's form is there
//   ann.Look("/thoughts/");            // fails unless the page says that ann is logged in
//   ann.Write("a thought");
//
// Cookies are kept; forms are filled in as they come. A call throws Fault when what came is not
// what a person may expect.
#pragma once

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>

#include "tests/instance/http.h"

namespace migration {

class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Person {
 public:
  // `number`: from which address of the world they come, 1 to 250.
  Person(std::string name, std::string password, int number);

  void LogIn();
  void LogOut();  // and sees that it is so
  // The page, which must be one, and must say who is logged in: this person, or nobody.
  std::string Look(const std::string& target);
  void Write(const std::string& text);
  // With the cookie of a log-in elsewhere.
  void TakeOldSession(const std::string& number);
  // Looks again until it is nobody's page any more.
  void LookUntilGuest(const std::string& target, std::chrono::seconds limit);

  const std::string& name() const { return name_; }
  // What the browser holds: "number" of the old site, "token" of ours, "" for none.
  std::string KindOfSession() const;
  long requests() const { return requests_; }

 private:
  e2e::Answer Ask(const std::string& method, const std::string& target, const std::string& body);
  void TakeCookies(const e2e::Answer& answer);

  const std::string name_;
  const std::string password_;
  const std::string address_;
  e2e::Client client_;
  std::map<std::string, std::string> cookies_;
  bool logged_in_ = false;
  long requests_ = 0;
};

}  // namespace migration
