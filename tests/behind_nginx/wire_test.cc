// What a real NGINX makes of HTTP requests and hands to a worker of the SDK, over Unix and TCP
// sockets, with the body collected first or passed on piece by piece (BEHAVIOURS A1, A2).

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>

#include "host/nginx_config/site_test_support.h"
#include "host/testing/forked_worker.h"

namespace {

using host::testing::Answer;
using host::testing::Client;
using host::testing::ForkedWorker;
using host::testing::MakeManifest;
using host::testing::Site;

constexpr char kBodyBytes[] = "200000";

// The way to the function and the body's way to it.
struct Wire {
  bool tcp;
  bool pieces;  // fastcgi_request_buffering off
  std::string Name() const {
    return std::string(tcp ? "TCP" : "Unix") + (pieces ? ", in pieces" : ", collected");
  }
};

host::Response Handle(const host::Request& request, host::Context&) {
  const std::string_view how = request.route("how");
  if (how == "moved")
    return host::Response::Text(303, "text/plain", "").Header("Location", "/there");
  if (how == "unread") return host::Response::Text(200, "text/plain", "not read");
  return host::Response::Text(200, "text/plain",
                              std::string(request.method()) + " " +
                                  std::to_string(request.body().size()) + " " + request.body());
}

host::Manifest ThingManifest() {
  auto manifest = MakeManifest("thing", {"GET", "POST", "PUT"}, "/thing/{how}");
  manifest.repeat_safe = true;  // so that NGINX keeps its connections
  manifest.limits.body_bytes = std::stoi(kBodyBytes);
  return manifest;
}

int ListenOnTcp(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 64) != 0) {
    throw std::runtime_error("cannot listen");
  }
  return fd;
}

// Whatever stands there must be there, or the test would test something else.
void Replace(std::string& text, const std::string& what, const std::string& by) {
  const std::string replaced = std::regex_replace(text, std::regex(what), by);
  if (replaced == text) throw std::runtime_error("the configuration has no " + what);
  text = replaced;
}

struct Running {
  explicit Running(const Wire& wire)
      : port(host::testing::FreePorts(4).back()),
        site({ThingManifest()}, "", {}, {},
             [&](const host::HostConfig&, std::string& text) {
               const std::string tcp = "server 127.0.0.1:" + std::to_string(port);
               if (wire.tcp) Replace(text, "server \"?unix:[^ ;]*/thing\\.sock\"?", tcp);
               if (wire.pieces) Replace(text, "(fastcgi_request_buffering) on", "$1 off");
             }),
        listening(wire.tcp ? ListenOnTcp(port) : host::testing::Listen(site.SocketOf("thing"))),
        worker(listening, {{"FNHOST_THREADS", "2"}, {"FNHOST_BODY_BYTES", kBodyBytes}}, Handle) {}
  ~Running() { close(listening); }

  int port;
  Site site;
  int listening;
  ForkedWorker worker;
};

void OverEachWire(const std::function<void(const Site&)>& test) {
  for (const Wire wire : {Wire{false, false}, {false, true}, {true, false}, {true, true}}) {
    BOOST_TEST_CONTEXT(wire.Name()) {
      const Running running(wire);
      test(running.site);
    }
  }
}

std::string Chunked(const std::string& body, size_t size) {
  std::string all =
      "PUT /thing/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  char head[20];
  for (size_t at = 0; at < body.size(); at += size) {
    const std::string piece = body.substr(at, size);
    snprintf(head, sizeof head, "%zx\r\n", piece.size());
    all += head + piece + "\r\n";
  }
  return all + "0\r\n\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a1_get_head_and_redirects_on_one_kept_connection) {
  OverEachWire([](const Site& site) {
    Client client(site.public_port());
    for (int i = 0; i < 3; ++i) {
      const Answer get = client.Send("/thing/x");
      BOOST_TEST(get.status == 200);
      BOOST_TEST(get.body == "GET 0 ");
      const Answer head = client.Send("/thing/x", {.method = "HEAD"});
      BOOST_TEST(head.status == 200);
      BOOST_TEST(head.body.empty());
      const Answer moved = client.Send("/thing/moved");
      BOOST_TEST(moved.status == 303);
      BOOST_TEST(moved.Header("location").ends_with("/there"));
    }
    BOOST_TEST(client.connections() == 1);
  });
}

BOOST_AUTO_TEST_CASE(a2_bodies_come_whole_whatever_their_form) {
  OverEachWire([](const Site& site) {
    Client client(site.public_port());
    BOOST_TEST(client.Send("/thing/x", {.method = "POST"}).body == "POST 0 ");
    BOOST_TEST(client.Send("/thing/x", {.method = "POST", .headers = {"Content-Length: 0"}}).body ==
               "POST 0 ");
    const std::string body(100'000, 'b');
    for (int i = 0; i < 3; ++i) {
      BOOST_TEST(
          (client.Send("/thing/x", {.method = "PUT", .body = body}).body == "PUT 100000 " + body));
      BOOST_TEST(client.Send("/thing/unread", {.method = "PUT", .body = body}).body == "not read");
    }
    BOOST_TEST(client.Send("/thing/x").body == "GET 0 ");
    BOOST_TEST(client.connections() == 1);
  });
}

// Passed on in pieces it comes without a length: CONTENT_LENGTH is empty, its end is the stream's.
BOOST_AUTO_TEST_CASE(a2_a_chunked_body_comes_whole) {
  OverEachWire([](const Site& site) {
    for (const size_t size : {size_t{1}, size_t{100}, size_t{16'384}}) {
      const std::string body = std::string(size == 1 ? 300 : 50'000, 'c') + "end";
      const std::string answer = site.Raw(Chunked(body, size), false);
      BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK"), answer.substr(0, 200));
      BOOST_TEST(answer.ends_with("PUT " + std::to_string(body.size()) + " " + body));
    }
    BOOST_TEST(site.Get("/thing/x").body == "GET 0 ");
  });
}

BOOST_AUTO_TEST_CASE(a2_a_body_above_the_limit_is_413_and_the_next_request_unharmed) {
  OverEachWire([](const Site& site) {
    const std::string body(300'000, 'b');
    BOOST_TEST(site.Send("/thing/x", {.method = "PUT", .body = body}).status == 413);
    BOOST_TEST(site.Raw(Chunked(body, 16'384), false).starts_with("HTTP/1.1 413"));
    BOOST_TEST(site.Get("/thing/x").body == "GET 0 ");
  });
}
