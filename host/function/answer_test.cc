#include "host/function/answer.h"

#include <fcntl.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "host/base/unavailable.h"

using namespace host;

namespace {

Response Call(const Handler& handler) {
  static const Clock clock;
  Process process{.function = "test",
                  .scope = "",
                  .config = Config([](const std::string&) { return std::nullopt; }),
                  .clock = clock,
                  .log = Log("test", "", open("/dev/null", O_WRONLY | O_CLOEXEC)),
                  .pool = nullptr,
                  .shared_mutex = {},
                  .shared = {}};
  return Answer(process, Request({.request_id = "r1"}), handler);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_problem_is_rendered_as_rfc_9457_says) {
  const Response response = Call([](const Request&, Context&) {
    return Response::From({422,
                           "Two \"rules\" broken",
                           {{"text", "too long"}, {"x", "bad"}},
                           {{"Retry-After", "3"}}});
  });
  BOOST_TEST(response.header("content-type").value() == "application/problem+json");
  BOOST_TEST(response.header("retry-after").value() == "3");
  BOOST_TEST(
      nlohmann::json::parse(response.body()) ==
      nlohmann::json::parse(
          R"({"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"Two \"rules\" broken",
                 "request_id":"r1","errors":[{"field":"text","detail":"too long"},{"field":"x","detail":"bad"}]})"));
}

BOOST_AUTO_TEST_CASE(unavailable_is_503_with_retry_after) {
  const Response response =
      Call([](const Request&, Context&) -> Response { throw Unavailable("db", 2); });
  BOOST_TEST(response.status() == 503);
  BOOST_TEST(response.header("Retry-After").value() == "2");
}

BOOST_AUTO_TEST_CASE(whatever_is_thrown_is_a_500_without_its_text) {
  for (const Handler& handler :
       {Handler([](const Request&, Context&) -> Response { throw std::runtime_error("secret"); }),
        Handler([](const Request&, Context&) -> Response { throw 5; }),
        Handler([](const Request&, Context& context) -> Response {
          context.db();
          return Response::NoContent();
        })}) {
    const Response response = Call(handler);
    BOOST_TEST(response.status() == 500);
    BOOST_TEST(response.body().find("secret") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(text_that_postgresql_cannot_hold_is_a_422) {
  const Response response =
      Call([](const Request&, Context&) -> Response { throw db::BadText("not UTF-8"); });
  BOOST_TEST(response.status() == 422);
}

BOOST_AUTO_TEST_CASE(shared_objects_are_made_once) {
  int made = 0;
  const auto handler = [&](const Request&, Context& context) {
    const auto make = [&] {
      ++made;
      return std::make_shared<int>(7);
    };
    BOOST_TEST(&context.Shared<int>(make) == &context.Shared<int>(make));
    return Response::NoContent();
  };
  Call(handler);
  BOOST_TEST(made == 1);
}
