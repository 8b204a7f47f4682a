#include "host/supervisor/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace {

namespace fs = std::filesystem;
using host::Fd;
using host::ListenAddress;

// A port that was free a moment ago.
int FreePort() {
  const Fd fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  BOOST_REQUIRE(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  BOOST_REQUIRE(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

Fd Connect(int port) {
  Fd fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

Fd ConnectUnix(const std::string& path) {
  Fd fd(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const bool done = connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  return done ? std::move(fd) : Fd();
}

struct Folder {
  Folder() {
    std::string name = "/tmp/listen-address-XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

}  // namespace

BOOST_AUTO_TEST_CASE(addresses_are_ip_and_port_or_a_sockets_path) {
  BOOST_TEST(ListenAddress::Parse("0.0.0.0:9000").value().port() == 9000);
  BOOST_TEST(ListenAddress::Parse("[::]:9001").value().port() == 9001);
  BOOST_TEST(ListenAddress::Parse("unix:///run/x.sock").value().port() == 0);
  for (const char* bad : {"", "9000", ":9000", "localhost:9000", "0.0.0.0", "0.0.0.0:", "0.0.0.0:0",
                          "0.0.0.0:65536", "0.0.0.0:9x", "::1:9000", "[::1:9000", "[1.2.3.4]:9000",
                          "unix://", "unix://run/x.sock", "unix:///run/", "/run/x.sock"}) {
    const auto address = ListenAddress::Parse(bad);
    BOOST_REQUIRE_MESSAGE(!address, bad);
    BOOST_TEST(address.error().ends_with(std::string(", not ") + bad));
  }
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_is_told_with_the_remedy) {
  const std::string text = "127.0.0.1:" + std::to_string(FreePort());
  auto first = ListenAddress::Parse(text).value();
  const auto held = first.Listen(16);
  BOOST_REQUIRE(held.has_value());
  auto second = ListenAddress::Parse(text).value();
  BOOST_TEST(second.Listen(16).error() == "cannot listen on " + text +
                                              ": Address already in use; stop what listens there, "
                                              "or choose another address");
}

BOOST_AUTO_TEST_CASE(connections_send_at_once_and_notice_when_the_other_side_is_gone) {
  const int port = FreePort();
  auto address = ListenAddress::Parse("127.0.0.1:" + std::to_string(port)).value();
  const auto listening = address.Listen(64);
  BOOST_REQUIRE(listening.has_value());
  const Fd client = Connect(port);
  const Fd served(accept(listening->get(), nullptr, nullptr));
  BOOST_REQUIRE(served);
  for (const auto& [level, option] : {std::pair<int, int>(IPPROTO_TCP, TCP_NODELAY),
                                      std::pair<int, int>(SOL_SOCKET, SO_KEEPALIVE)}) {
    int value = 0;
    socklen_t size = sizeof value;
    BOOST_TEST(getsockopt(served.get(), level, option, &value, &size) == 0);
    BOOST_TEST(value != 0);
  }
}

BOOST_AUTO_TEST_CASE(a_sockets_name_goes_unless_the_next_one_has_taken_it) {
  const Folder folder;
  const std::string path = folder.path / "login.sock";
  auto old_address = ListenAddress::Parse("unix://" + path).value();
  const auto old_socket = old_address.Listen(16);
  BOOST_REQUIRE(old_socket.has_value());
  BOOST_CHECK((fs::status(path).permissions() & fs::perms::all) ==
              (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read |
               fs::perms::group_write));
  BOOST_TEST(static_cast<bool>(ConnectUnix(path)));

  auto next_address = ListenAddress::Parse("unix://" + path).value();
  const auto next_socket = next_address.Listen(16);
  BOOST_REQUIRE(next_socket.has_value());
  old_address.TurnAway();
  BOOST_TEST(static_cast<bool>(ConnectUnix(path)));
  next_address.TurnAway();
  BOOST_TEST(!fs::exists(path));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_stays_in_its_place) {
  const Folder folder;
  const std::string path = folder.path / "file";
  std::ofstream(path) << "text";
  auto address = ListenAddress::Parse("unix://" + path).value();
  BOOST_TEST(address.Listen(16).error() == path + ": is in the way and no socket; remove it");
  BOOST_TEST(fs::file_size(path) == 4u);
}
