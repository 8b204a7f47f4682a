// The loop with real sockets and libfcgi, as NGINX and as hostile peers use it (BEHAVIOURS A1-A7).

#include "host/function/loop.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>

#include "host/function/loop_test_support.h"
#include "host/testing/fastcgi_client.h"

using namespace host;
using namespace host::testing;
using namespace std::string_literals;

BOOST_AUTO_TEST_CASE(a1_three_requests_on_one_kept_connection) {
  Served served(Echo);
  FastcgiClient client(served.path);
  for (const char* method : {"GET", "HEAD", "POST"}) {
    client.Send(RequestBytes(Head(method), method == "POST"s ? "body" : ""));
    const std::string answer = client.ReadAnswer();
    BOOST_TEST(
        answer.starts_with("Status: 200 OK\r\nContent-Type: text/plain\r\nX-Request-ID: r1\r\n"));
    const std::string expected = method == "HEAD"s   ? ""
                                 : method == "POST"s ? "POST /x body"
                                                     : "GET /x ";
    BOOST_TEST(Body(answer) == expected);
  }
  BOOST_TEST(served.loop.load().connections == 1);
}

BOOST_AUTO_TEST_CASE(a2_a_request_in_single_bytes_is_answered) {
  Served served(Echo, 1);
  FastcgiClient slow(served.path);
  const std::string bytes = RequestBytes(Head("POST"), "body in pieces");
  for (const char byte : bytes) slow.Send(std::string(1, byte));
  BOOST_TEST(Body(slow.ReadAnswer()) == "POST /x body in pieces");
}

BOOST_AUTO_TEST_CASE(a7_half_a_request_and_idle_connections_hold_no_thread) {
  Served served(Echo, 1);
  FastcgiClient half(served.path);
  const std::string bytes = RequestBytes(Head("GET", "/half"));
  half.Send(bytes.substr(0, 30));
  std::vector<std::unique_ptr<FastcgiClient>> idle;
  for (int i = 0; i < 64; ++i) {
    idle.push_back(std::make_unique<FastcgiClient>(served.path));
    idle.back()->Send(RequestBytes(Head("GET")));
    BOOST_TEST(Body(idle.back()->ReadAnswer()) == "GET /x ");
  }
  half.Send(bytes.substr(30));
  BOOST_TEST(Body(half.ReadAnswer()) == "GET /half ");
}

BOOST_AUTO_TEST_CASE(a2_large_bodies_come_whole_and_larger_ones_get_413) {
  Served served(Echo);
  FastcgiClient client(served.path);
  const std::string body(250000, 'b');
  client.Send(RequestBytes(Head("PUT"), body));
  BOOST_TEST((Body(client.ReadAnswer()) == "PUT /x " + body));
  client.Send(RequestBytes(Head("PUT"), body + body));
  BOOST_TEST(client.ReadAnswer().starts_with("Status: 413 "));
  client.Send(RequestBytes(Head("GET")));
  BOOST_TEST(Body(client.ReadAnswer()) == "GET /x ");
}

BOOST_AUTO_TEST_CASE(a2_a_body_that_the_handler_never_reads_harms_nothing) {
  Served served([](const Request&, Context&) { return Response::NoContent(); });
  FastcgiClient client(served.path);
  for (int i = 0; i < 3; ++i) {
    client.Send(RequestBytes(Head("POST"), std::string(100000, 'x')));
    BOOST_TEST(client.ReadAnswer().starts_with("Status: 204 No Content\r\n"));
  }
}

BOOST_AUTO_TEST_CASE(a2_a_body_shorter_than_it_claims_is_a_400) {
  Served served(Echo);
  FastcgiClient client(served.path);
  Pairs pairs = Head("POST");
  pairs.emplace_back("CONTENT_LENGTH", "10");
  client.Send(Begin() + Record(4, 1, NameValues(pairs)) + Record(4, 1, "") + Record(5, 1, "abc") +
              Record(5, 1, ""));
  BOOST_TEST(client.ReadAnswer().starts_with("Status: 400 "));
}

BOOST_AUTO_TEST_CASE(a2_padded_records_of_one_byte_make_a_whole_request) {
  Served served(Echo);
  FastcgiClient client(served.path);
  Pairs pairs = Head("POST");
  pairs.emplace_back("CONTENT_LENGTH", "4");
  std::string bytes = Begin();
  for (const char byte : NameValues(pairs)) bytes += Record(4, 1, std::string(1, byte), 7);
  bytes += Record(4, 1, "");
  for (const char byte : "body"s) bytes += Record(5, 1, std::string(1, byte), 255);
  client.Send(bytes + Record(5, 1, ""));
  BOOST_TEST(Body(client.ReadAnswer()) == "POST /x body");
  client.Send(RequestBytes(Head("GET")));
  BOOST_TEST(Body(client.ReadAnswer()) == "GET /x ");
}

// NGINX does not pipeline (decision 0003); whoever does learns by the end what was not read.
BOOST_AUTO_TEST_CASE(a2_of_pipelined_requests_the_first_is_answered_and_the_connection_ends) {
  Served served(Echo);
  FastcgiClient client(served.path);
  client.Send(RequestBytes(Head("GET", "/one")) + RequestBytes(Head("GET", "/two")));
  BOOST_TEST(Body(client.ReadAnswer()) == "GET /one ");
  BOOST_TEST(client.ReadsEnd());
}

BOOST_AUTO_TEST_CASE(a3_repeated_headers_are_joined_or_refused) {
  Served served([](const Request& request, Context&) {
    return Response::Text(200, "text/plain", std::string(request.header("accept").value_or("")));
  });
  FastcgiClient client(served.path);
  Pairs lists = Head("GET");
  lists.emplace_back("HTTP_ACCEPT", "a");
  lists.emplace_back("HTTP_ACCEPT", "b");
  client.Send(RequestBytes(lists));
  BOOST_TEST(Body(client.ReadAnswer()) == "a, b");
  Pairs twice = Head("GET");
  twice.emplace_back("HTTP_CONTENT_TYPE", "a");
  twice.emplace_back("HTTP_CONTENT_TYPE", "b");
  client.Send(RequestBytes(twice));
  const std::string answer = client.ReadAnswer();
  BOOST_TEST(answer.starts_with("Status: 400 "));
  BOOST_TEST(answer.find("application/problem+json") != std::string::npos);
  BOOST_TEST(answer.find("X-Request-ID: r1\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(too_many_headers_are_a_431_and_the_connection_ends) {
  Served served(Echo);
  FastcgiClient client(served.path);
  Pairs many = Head("GET");
  for (int i = 0; i < 300; ++i) many.emplace_back("HTTP_X" + std::to_string(i), "v");
  client.Send(RequestBytes(many));
  const std::string answer = client.ReadAnswer();
  BOOST_TEST(answer.starts_with("Status: 431 "));
  BOOST_TEST(answer.find("application/problem+json") != std::string::npos);
  BOOST_TEST(client.ReadsEnd());
}

BOOST_AUTO_TEST_CASE(a8_a_request_whose_peer_left_while_it_waited_is_not_started) {
  std::latch started(1);
  std::latch go_on(1);
  std::atomic<int> handled{0};
  Served served(
      [&](const Request& request, Context&) {
        ++handled;
        if (request.path() == "/first") {
          started.count_down();
          go_on.wait();
        }
        return Response::NoContent();
      },
      1);
  FastcgiClient first(served.path);
  first.Send(RequestBytes(Head("GET", "/first")));
  started.wait();
  FastcgiClient(served.path).Send(RequestBytes(Head("GET", "/abandoned")));
  go_on.count_down();
  first.ReadAnswer();
  while (served.loop.load().connections > 1) std::this_thread::yield();
  first.Send(RequestBytes(Head("GET", "/last")));
  first.ReadAnswer();
  BOOST_TEST(handled == 2);
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_is_a_500_with_the_request_id) {
  Served served(
      [](const Request&, Context&) -> Response { throw std::runtime_error("secret detail"); });
  FastcgiClient client(served.path);
  client.Send(RequestBytes(Head("GET")));
  const std::string answer = client.ReadAnswer();
  BOOST_TEST(answer.starts_with("Status: 500 "));
  BOOST_TEST(answer.find(R"("request_id":"r1")") != std::string::npos);
  BOOST_TEST(answer.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a4_a_header_with_a_line_break_is_a_500_and_splits_nothing) {
  Served served([](const Request&, Context&) {
    return Response::NoContent().Header("X-Bad", "a\r\nSet-Cookie: b");
  });
  FastcgiClient client(served.path);
  client.Send(RequestBytes(Head("GET")));
  const std::string answer = client.ReadAnswer();
  BOOST_TEST(answer.starts_with("Status: 500 "));
  BOOST_TEST(answer.find("Set-Cookie") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a6_management_records_are_answered) {
  Served served(Echo);
  FastcgiClient client(served.path);
  client.Send(Record(9, 0, NameValues({{"FCGI_MPXS_CONNS", ""}})));
  const auto [type, content] = client.ReadRecord();
  BOOST_TEST(type == 10);
  BOOST_TEST(content == NameValues({{"FCGI_MPXS_CONNS", "0"}}));
  client.Send(Record(77, 0, "what"));
  const auto [unknown, about] = client.ReadRecord();
  BOOST_TEST(unknown == 11);
  BOOST_TEST(about == "\x4D\0\0\0\0\0\0\0"s);
  client.Send(Begin() + Record(4, 1, "") + Record(2, 1, ""));
  BOOST_TEST(client.ReadRecord().first == 3);
  client.Send(RequestBytes(Head("GET")));
  BOOST_TEST(Body(client.ReadAnswer()) == "GET /x ");
}

BOOST_AUTO_TEST_CASE(a6_hostile_bytes_close_the_connection_and_nothing_else) {
  Served served(Echo);
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\n\r\n"s, Begin(1, true, 3),
        Begin() + Record(4, 1, "\xFF\xFF\xFF\xFF\x01N") + Record(4, 1, ""),
        Record(5, 1, "no begin")}) {
    FastcgiClient hostile(served.path);
    hostile.Send(bytes);
    BOOST_TEST(hostile.ReadsEnd());
  }
  FastcgiClient client(served.path);
  client.Send(RequestBytes(Head("GET")));
  BOOST_TEST(Body(client.ReadAnswer()) == "GET /x ");
  BOOST_TEST(served.loop.load().connections == 1);
}

BOOST_AUTO_TEST_CASE(a6_a_peer_that_dies_within_a_record_frees_everything) {
  Served served(Echo);
  const std::string bytes = RequestBytes(Head("POST"), "body");
  for (size_t size = 0; size < bytes.size(); ++size)
    FastcgiClient(served.path).Send(bytes.substr(0, size));
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(served.loop.load().requests == 0);
}

BOOST_AUTO_TEST_CASE(a_request_that_never_becomes_whole_is_closed) {
  Served served(Echo, {.threads = 1, .partial_timeout = std::chrono::milliseconds(50)});
  FastcgiClient client(served.path);
  client.Send(Begin());
  BOOST_TEST(client.ReadsEnd());
}

BOOST_AUTO_TEST_CASE(a_connection_that_never_brings_a_request_is_closed_and_an_idle_one_is_not) {
  Served served(Echo, {.threads = 1, .partial_timeout = std::chrono::milliseconds(50)});
  FastcgiClient kept(served.path);
  kept.Send(RequestBytes(Head("GET")));
  kept.ReadAnswer();
  FastcgiClient silent(served.path);
  BOOST_TEST(silent.ReadsEnd());
  kept.Send(RequestBytes(Head("GET")));
  BOOST_TEST(Body(kept.ReadAnswer()) == "GET /x ");
}

BOOST_AUTO_TEST_CASE(a_connection_accepted_just_before_draining_begins_is_served) {
  Served served(Echo);
  FastcgiClient client(served.path);
  while (served.loop.load().connections == 0) std::this_thread::yield();
  served.loop.StopAccepting();
  BOOST_TEST(served.loop.owed());  // a worker waits for that
  client.Send(RequestBytes(Head("POST"), "body"));
  BOOST_TEST(Body(client.ReadAnswer()) == "POST /x body");
  BOOST_TEST(client.ReadsEnd());
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(!served.loop.owed());
}

BOOST_AUTO_TEST_CASE(draining_answers_what_comes_and_takes_no_new_connections) {
  Served served(Echo);
  FastcgiClient kept(served.path);
  kept.Send(RequestBytes(Head("GET")));
  kept.ReadAnswer();
  served.loop.StopAccepting();
  kept.Send(RequestBytes(Head("GET", "/late")));
  BOOST_TEST(Body(kept.ReadAnswer()) == "GET /late ");
  BOOST_TEST(kept.ReadsEnd());
  while (served.loop.load().connections > 0) std::this_thread::yield();
  BOOST_TEST(served.loop.load().busy == 0);
}

BOOST_AUTO_TEST_CASE(threads_serve_at_the_same_time) {
  std::latch both(2);
  Served served([&](const Request&, Context&) {
    both.arrive_and_wait();
    return Response::NoContent();
  });
  FastcgiClient one(served.path);
  FastcgiClient two(served.path);
  one.Send(RequestBytes(Head("GET")));
  two.Send(RequestBytes(Head("GET")));
  BOOST_TEST(one.ReadAnswer().starts_with("Status: 204"));
  BOOST_TEST(two.ReadAnswer().starts_with("Status: 204"));
}
