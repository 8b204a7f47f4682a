#include "host/cli/invoke/request.h"

#include <boost/test/unit_test.hpp>

#include "host/manifest/path.h"

namespace {

host::Manifest Thing() {
  host::Manifest manifest;
  manifest.name = "thing";
  const auto add = [&](std::vector<std::string> methods, const std::string& path) {
    manifest.routes.push_back({std::move(methods), path, *host::ParsePath(path)});
  };
  add({"GET", "PUT"}, "/things/{name}/");
  add({"GET"}, "/things/newest/");
  return manifest;
}

// "NAME=VALUE" of one parameter, "" when it is not there; or the fault.
std::string Parameter(const host::InvokeRequest& request, const std::string& name) {
  const auto pairs = host::InvokeParameters(Thing(), request);
  if (!pairs) return pairs.error();
  for (const auto& [each, value] : *pairs) {
    if (each == name) return value;
  }
  return "(absent)";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_has_the_parameters_that_nginx_passes) {
  const host::InvokeRequest request{
      "HEAD", "/things/an%20ant?q=%31&r", {"X-Wish: a: b", "content-type:text/plain"}, "id1"};
  BOOST_TEST(Parameter(request, "REQUEST_METHOD") == "HEAD");
  BOOST_TEST(Parameter(request, "REQUEST_URI") == "/things/an%20ant?q=%31&r");
  BOOST_TEST(Parameter(request, "DOCUMENT_URI") == "/things/an ant");
  BOOST_TEST(Parameter(request, "QUERY_STRING") == "q=%31&r");
  BOOST_TEST(Parameter(request, "REQUEST_ID") == "id1");
  BOOST_TEST(Parameter(request, "ROUTE_name") == "an ant");
  BOOST_TEST(Parameter(request, "HTTP_X_WISH") == "a: b");
  BOOST_TEST(Parameter(request, "CONTENT_TYPE") == "text/plain");
  BOOST_TEST(Parameter(request, "HTTP_HOST") == "localhost");
}

BOOST_AUTO_TEST_CASE(the_literal_route_goes_before_the_one_with_a_parameter) {
  BOOST_TEST(Parameter({"GET", "/things/newest", {}, ""}, "ROUTE_name") == "(absent)");
  BOOST_TEST(Parameter({"PUT", "/things/newest", {}, ""}, "ROUTE_name") == "newest");
}

BOOST_AUTO_TEST_CASE(what_the_function_does_not_serve_is_told_with_what_it_serves) {
  const std::string serves =
      "; it serves: GET /things/{name}/, PUT /things/{name}/, GET "
      "/things/newest/";
  BOOST_TEST(Parameter({"POST", "/things/x", {}, ""}, "") ==
             "thing does not serve POST /things/x" + serves);
  BOOST_TEST(Parameter({"GET", "/other?x=secret", {}, ""}, "") ==
             "thing does not serve GET /other" + serves);
}

BOOST_AUTO_TEST_CASE(what_no_client_could_send_is_refused) {
  for (const char* path :
       {"", "things", "/things/%zz", "/things/a b", "/things/%4", "/things/a#b"}) {
    BOOST_TEST(Parameter({"GET", path, {}, ""}, "").find("is no path") != std::string::npos, path);
  }
  for (const char* header :
       {"", "x", ": y", "a b: c", "a_b: c", "x: a\r\ny: b", "Content-Length: 3"}) {
    BOOST_TEST(!host::InvokeParameters(Thing(), {"GET", "/things/x", {header}, ""}).has_value(),
               header);
  }
}

BOOST_AUTO_TEST_CASE(request_ids_are_32_hex_digits_and_differ) {
  const auto id = host::NewRequestId();
  BOOST_TEST(id.size() == 32u);
  BOOST_TEST(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  BOOST_TEST(id != host::NewRequestId());
}
