// A browser without JavaScript, before the pages of the instance under test.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/instance/instance.h"

namespace e2e {

using Fields = std::map<std::string, std::string>;

// Keeps cookies, and says of each form what browsers say.
class Browser {
 public:
  Answer Get(const std::string& target);

  // The first form of the page that is to be posted and holds `mark` (an attribute of it, or words
  // on its button), with its hidden fields and these. The header's form, for logging out, is meant
  // only when `mark` is of it. Fails the test when there is none.
  Answer Submit(const Answer& page, Fields fields, const std::string& mark = "");
  Answer Follow(const Answer& redirect);
  // The log-in form of the page, and where it leads.
  Answer SignIn(const Answer& page, const User& user);

  // What an API client says that holds this session.
  std::string authorization() const { return "Bearer " + cookies.at("session"); }

  std::string origin = Public("");
  std::string site = "same-origin";
  std::string name;  // User-Agent
  Fields cookies;

 private:
  Answer Send(Ask ask);
};

// The page's text with its HTML escapes undone.
std::string Plain(std::string html);

// Whether the page shows this text, escaped as it must be.
bool Shows(const Answer& page, const std::string& text);

// The value of an attribute of a tag, "" when it is not there.
std::string Attribute(const std::string& tag, const std::string& name);

// A query parameter as it stands in the URL, "" when it is not there.
std::string Parameter(const std::string& url, const std::string& name);

// A public OAuth client, "Birdsong <i>": its id.
std::string NewClient(const std::string& redirect_uri);

// Where such a client sends a browser.
std::string Authorize(const std::string& client, const std::string& redirect_uri);

}  // namespace e2e
