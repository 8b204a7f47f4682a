// The loop over uwsgi, as NGINX and as hostile peers use it: the behaviours that loop_test.cc holds
// FastCGI to (BEHAVIOURS A1-A7).

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include "host/function/loop_test_support.h"
#include "host/testing/uwsgi_client.h"

using namespace host;
using namespace host::testing;
using namespace std::string_literals;

namespace {

struct ServedUwsgi : Served {
  explicit ServedUwsgi(Handler handler, int threads = 2,
                       std::chrono::milliseconds partial = std::chrono::seconds(10))
      : Served(
            std::move(handler),
            {.protocol = wire::Protocol::kUwsgi, .threads = threads, .partial_timeout = partial}) {}

  std::string Ask(const Pairs& pairs, const std::string& body = "") const {
    return Raw(UwsgiRequestBytes(pairs, body));
  }
  std::string Raw(const std::string& bytes) const {
    UwsgiClient client(path);
    client.Send(bytes);
    return client.ReadAnswer();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a1_each_method_is_answered_unframed_and_the_connection_ends) {
  const ServedUwsgi served(Echo);
  const std::string start = "Status: 200 OK\r\nContent-Type: text/plain\r\nX-Request-ID: r1\r\n";
  BOOST_TEST(served.Ask(Head("GET")) == start + "Content-Length: 7\r\n\r\nGET /x ");
  BOOST_TEST(served.Ask(Head("HEAD")) == start + "Content-Length: 8\r\n\r\n");
  BOOST_TEST(served.Ask(Head("POST"), "body") == start + "Content-Length: 12\r\n\r\nPOST /x body");
}

BOOST_AUTO_TEST_CASE(a2_no_body_and_an_empty_length_are_the_same) {
  const ServedUwsgi served(Echo);
  Pairs pairs = Head("GET");
  pairs.emplace_back("CONTENT_LENGTH", "");
  BOOST_TEST(Body(served.Ask(pairs)) == "GET /x ");
  pairs.back().second = "0";
  BOOST_TEST(Body(served.Ask(pairs)) == "GET /x ");
}

BOOST_AUTO_TEST_CASE(a2_a_request_in_single_bytes_is_answered) {
  const ServedUwsgi served(Echo, 1);
  UwsgiClient slow(served.path);
  for (const char byte : UwsgiRequestBytes(Head("POST"), "body in pieces"))
    slow.Send(std::string(1, byte));
  BOOST_TEST(Body(slow.ReadAnswer()) == "POST /x body in pieces");
}

BOOST_AUTO_TEST_CASE(a7_half_a_request_and_idle_connections_hold_no_thread) {
  const ServedUwsgi served(Echo, 1);
  UwsgiClient half(served.path);
  const std::string bytes = UwsgiRequestBytes(Head("POST", "/half"), "body");
  half.Send(bytes.substr(0, 30));
  std::vector<std::unique_ptr<UwsgiClient>> idle;
  for (int i = 0; i < 64; ++i) {
    idle.push_back(std::make_unique<UwsgiClient>(served.path));
    BOOST_TEST(Body(served.Ask(Head("GET"))) == "GET /x ");
  }
  half.Send(bytes.substr(30, bytes.size() - 32));
  BOOST_TEST(Body(served.Ask(Head("GET"))) == "GET /x ");
  half.Send(bytes.substr(bytes.size() - 2));
  BOOST_TEST(Body(half.ReadAnswer()) == "POST /half body");
}

BOOST_AUTO_TEST_CASE(a2_large_bodies_come_whole_and_larger_ones_get_413) {
  const ServedUwsgi served(Echo);
  const std::string body(250000, 'b');
  BOOST_TEST((Body(served.Ask(Head("PUT"), body)) == "PUT /x " + body));
  const std::string refused = served.Ask(Head("PUT"), body + body);
  BOOST_TEST(refused.starts_with("Status: 413 "));
  BOOST_TEST(refused.find("application/problem+json") != std::string::npos);
  BOOST_TEST(refused.find("X-Request-ID: r1\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a2_a_body_that_the_handler_never_reads_harms_nothing) {
  const ServedUwsgi served([](const Request&, Context&) { return Response::NoContent(); });
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(served.Ask(Head("POST"), std::string(100000, 'x')) ==
               "Status: 204 No Content\r\nX-Request-ID: r1\r\n\r\n");
  }
}

BOOST_AUTO_TEST_CASE(a_length_that_is_no_number_is_a_400) {
  const ServedUwsgi served(Echo);
  for (const char* length : {"x", "-1", "1x", "99999999999999999999"}) {
    Pairs pairs = Head("POST");
    pairs.emplace_back("CONTENT_LENGTH", length);
    BOOST_TEST(served.Ask(pairs).starts_with("Status: 400 "), length);
  }
}

BOOST_AUTO_TEST_CASE(a3_repeated_headers_are_joined_or_refused) {
  const ServedUwsgi served([](const Request& request, Context&) {
    return Response::Text(200, "text/plain", std::string(request.header("accept").value_or("")));
  });
  Pairs lists = Head("GET");
  lists.emplace_back("HTTP_ACCEPT", "a");
  lists.emplace_back("HTTP_ACCEPT", "b");
  BOOST_TEST(Body(served.Ask(lists)) == "a, b");
  Pairs twice = Head("GET");
  twice.emplace_back("HTTP_CONTENT_TYPE", "a");
  twice.emplace_back("HTTP_CONTENT_TYPE", "b");
  const std::string answer = served.Ask(twice);
  BOOST_TEST(answer.starts_with("Status: 400 "));
  BOOST_TEST(answer.find("X-Request-ID: r1\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(too_many_or_too_long_headers_are_a_431) {
  const ServedUwsgi served(Echo);
  Pairs many = Head("GET");
  for (int i = 0; i < 300; ++i) many.emplace_back("HTTP_X" + std::to_string(i), "v");
  const std::string answer = served.Ask(many);
  BOOST_TEST(answer.starts_with("Status: 431 "));
  BOOST_TEST(answer.find("application/problem+json") != std::string::npos);
  Pairs long_one = Head("GET");
  long_one.emplace_back("HTTP_X", std::string(20000, 'v'));
  BOOST_TEST(served.Ask(long_one, "body").starts_with("Status: 431 "));
}

BOOST_AUTO_TEST_CASE(a8_a_request_whose_peer_left_while_it_waited_is_not_started) {
  std::latch started(1);
  std::latch go_on(1);
  std::atomic<int> handled{0};
  ServedUwsgi served(
      [&](const Request& request, Context&) {
        ++handled;
        if (request.path() == "/first") {
          started.count_down();
          go_on.wait();
        }
        return Response::NoContent();
      },
      1);
  UwsgiClient first(served.path);
  first.Send(UwsgiRequestBytes(Head("GET", "/first")));
  started.wait();
  UwsgiClient(served.path).Send(UwsgiRequestBytes(Head("GET", "/abandoned")));
  go_on.count_down();
  first.ReadAnswer();
  served.Ask(Head("GET", "/last"));
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(handled == 2);
}

BOOST_AUTO_TEST_CASE(what_a_handler_does_wrong_is_a_500_and_splits_nothing) {
  const ServedUwsgi throws(
      [](const Request&, Context&) -> Response { throw std::runtime_error("secret detail"); });
  const std::string thrown = throws.Ask(Head("GET"));
  BOOST_TEST(thrown.starts_with("Status: 500 "));
  BOOST_TEST(thrown.find(R"("request_id":"r1")") != std::string::npos);
  BOOST_TEST(thrown.find("secret") == std::string::npos);
  const ServedUwsgi splits([](const Request&, Context&) {
    return Response::NoContent().Header("X-Bad", "a\r\nSet-Cookie: b");
  });
  const std::string split = splits.Ask(Head("GET"));
  BOOST_TEST(split.starts_with("Status: 500 "));
  BOOST_TEST(split.find("Set-Cookie") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a6_hostile_packets_close_the_connection_and_nothing_else) {
  ServedUwsgi served(Echo);
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\n\r\n"s, "\1\1\0\1\0\0\0\0"s, "\0\4\0\7"s, "\0\3\0\0\1\0N"s,
        "\0\6\0\0\xFF\xFF"s, UwsgiPacket("\1\0N\xFF\xFFV"), UwsgiPacket("\0\0\1\0V"s),
        UwsgiPacket(UwsgiPairsBytes({{"A=B", "c"}})),
        UwsgiPacket(UwsgiPairsBytes({{"A", "b\0c"s}}))}) {
    UwsgiClient hostile(served.path);
    hostile.Send(bytes);
    BOOST_TEST(hostile.ReadToEnd() == "");
  }
  BOOST_TEST(Body(served.Ask(Head("GET"))) == "GET /x ");
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(served.loop.load().requests == 1);
}

BOOST_AUTO_TEST_CASE(a6_a_peer_that_dies_within_a_request_frees_everything) {
  ServedUwsgi served(Echo);
  const std::string bytes = UwsgiRequestBytes(Head("POST"), "body");
  for (size_t size = 0; size < bytes.size(); ++size)
    UwsgiClient(served.path).Send(bytes.substr(0, size));
  const std::string large = UwsgiRequestBytes(Head("POST"), std::string(200000, 'b'));
  UwsgiClient(served.path).Send(large.substr(0, 150000));
  while (served.loop.load().connections > 0 || served.loop.load().busy > 0)
    std::this_thread::yield();
  BOOST_TEST(served.loop.load().requests <= 1);  // the large one may be read while it comes
}

BOOST_AUTO_TEST_CASE(a_request_that_never_becomes_whole_or_never_begins_is_closed) {
  ServedUwsgi served(Echo, 1, std::chrono::milliseconds(50));
  const std::string bytes = UwsgiRequestBytes(Head("POST"), "body");
  UwsgiClient in_head(served.path);
  in_head.Send(bytes.substr(0, 20));
  UwsgiClient in_body(served.path);
  in_body.Send(bytes.substr(0, bytes.size() - 1));
  UwsgiClient silent(served.path);
  BOOST_TEST(in_head.ReadsEnd());
  BOOST_TEST(in_body.ReadsEnd());
  BOOST_TEST(silent.ReadsEnd());
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(served.loop.load().requests == 0);
}

BOOST_AUTO_TEST_CASE(draining_answers_what_came_and_takes_no_new_connections) {
  ServedUwsgi served(Echo);
  UwsgiClient open(served.path);
  const std::string bytes = UwsgiRequestBytes(Head("GET", "/late"));
  open.Send(bytes.substr(0, 10));
  served.Ask(Head("GET"));  // accepted after the one above
  served.loop.StopAccepting();
  BOOST_CHECK_THROW(UwsgiClient(served.path), std::runtime_error);
  open.Send(bytes.substr(10));
  BOOST_TEST(Body(open.ReadAnswer()) == "GET /late ");
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(served.loop.load().busy == 0);
}

BOOST_AUTO_TEST_CASE(threads_serve_at_the_same_time) {
  std::latch both(2);
  const ServedUwsgi served([&](const Request&, Context&) {
    both.arrive_and_wait();
    return Response::NoContent();
  });
  UwsgiClient one(served.path);
  UwsgiClient two(served.path);
  one.Send(UwsgiRequestBytes(Head("GET")));
  two.Send(UwsgiRequestBytes(Head("GET")));
  BOOST_TEST(one.ReadAnswer().starts_with("Status: 204"));
  BOOST_TEST(two.ReadAnswer().starts_with("Status: 204"));
}

BOOST_AUTO_TEST_CASE(mutated_requests_leave_the_loop_in_order) {
  ServedUwsgi served(Echo, 2, std::chrono::milliseconds(100));
  std::mt19937 random(20261124);
  const std::string good = UwsgiRequestBytes(Head("POST"), "body");
  for (int i = 0; i < 500; ++i) {
    std::string bytes = good.substr(0, 1 + random() % good.size());
    for (unsigned changes = random() % 4; changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    UwsgiClient(served.path).Send(bytes);
  }
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(Body(served.Ask(Head("GET"))) == "GET /x ");
}
