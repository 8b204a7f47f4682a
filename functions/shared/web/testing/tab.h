// Tab: a browser's tab before one handler, for tests of pages: it keeps cookies, reads forms and
// sends them as a browser without JavaScript does. No socket, no NGINX.
#pragma once

#include <string>
#include <vector>

#include "functions/shared/accounts/testing/server.h"
#include "host/function/response.h"

namespace web::testing {

// A form of a page: where it goes, and its hidden fields.
struct Form {
  std::string method;
  std::string path;
  std::string query;
  host::StringMap fields;
};
// All of them, in order.
std::vector<Form> FormsOf(const host::Response& page);

// "a=1&b=2" of fields.
std::string Encode(const host::StringMap& fields);
// The value of `name` in a query or in a URL's, decoded; "" when it is not there.
std::string Parameter(const std::string& url, const std::string& name);
// The text with its HTML escapes undone, as a reader sees it; tags stay.
std::string Shown(const std::string& html);

class Tab {
 public:
  Tab(accounts::testing::Server& server, host::Handler handle)
      : server_(server), handle_(std::move(handle)) {}

  // `target`: path and query.
  host::Response Get(const std::string& target);
  host::Response Post(const std::string& target, const host::StringMap& fields);
  // The form of the page that holds all of `fields` or can take them: the `which`th.
  host::Response Submit(const host::Response& page, const host::StringMap& fields,
                        size_t which = 0);
  // Gets the Location of a 303 to this site.
  host::Response Follow(const host::Response& redirect);

  host::StringMap cookies;
  host::StringMap headers;  // more of each request's
  std::string address = "192.0.2.1";

 private:
  host::Response Send(host::RequestParts parts, const std::string& target);

  accounts::testing::Server& server_;
  const host::Handler handle_;
};

}  // namespace web::testing
