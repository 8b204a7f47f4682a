// For handler_test.cc of page functions: a page while the API is away, and what it holds. What a
// page does with the API is tested through NGINX: tests/e2e and tests/browser.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "host/function/function.h"
#include "host/function/response.h"

namespace front::testing {

host::Response PageWithoutApi(host::RequestParts parts);

// The same for a form that is sent with these fields, encoded.
host::Response SendWithoutApi(const std::string& path, const std::string& fields);

bool Holds(const host::Response& page, std::string_view text);

// It is a page for people, says what to do, may be tried again, and shows nothing of the inside.
void CheckAway(const host::Response& page);

}  // namespace front::testing
