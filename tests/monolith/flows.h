// What a person does at the old site, and what must come of it, in both of its variants.
#pragma once

#include <string>
#include <vector>

#include "tests/instance/http.h"

namespace monolith {

// A browser without JavaScript that keeps the cookie `session`.
class Visitor {
 public:
  explicit Visitor(std::string site_url) : site_url_(std::move(site_url)) {}

  e2e::Answer Get(const std::string& target);
  e2e::Answer Post(const std::string& path, const std::string& form);
  // Where the form led: "/thoughts/", or "/login/?wrong=1".
  std::string LogIn(const std::string& name, const std::string& password);
  // The same for a thought.
  std::string Write(const std::string& text);
  // The name that the page shows as logged in; "" for a guest.
  std::string User();

  std::string cookie;  // the value of `session`; "" for none

 private:
  e2e::Answer Send(e2e::Ask ask);

  std::string site_url_;
};

struct Listed {
  long id = 0;
  std::string username, timestamp, text;
};
// The thoughts of a page, in its order.
std::vector<Listed> ThoughtsOf(const e2e::Answer& page);

// Goes through all pages as this user, whose password is `password`, and fails the test where they
// are not what they should be. `once` is a word that no thought holds yet.
void CheckPages(const std::string& site_url, const std::string& username,
                const std::string& password, const std::string& once);

}  // namespace monolith
