// A keeper whose owner sends what no supervisor would.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <random>

#include "host/keeper/keeper_test_support.h"
#include "host/keeper/packet.h"
#include "host/supervisor/descriptors.h"

using host::Fd;
using host::ReceiveFds;
using host::SendFds;
using host::testing::Alive;
using host::testing::Eventually;
using host::testing::RunFolder;

namespace {

// The bare socket of an owner.
class Raw {
 public:
  explicit Raw(const RunFolder& folder) : fd_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, folder.socket().data(), folder.socket().size());
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    BOOST_REQUIRE(connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                  0);
  }
  void Send(const std::string& packet, const std::vector<int>& fds = {}) const {
    BOOST_TEST(SendFds(fd_.get(), packet, fds) == static_cast<ssize_t>(packet.size()));
  }
  // The next packet; "" when the keeper hung up.
  std::string Receive() const {
    char buffer[8192];
    std::vector<Fd> fds;
    const ssize_t size = ReceiveFds(fd_.get(), buffer, fds, 4);
    BOOST_TEST(size >= 0);
    return {buffer, static_cast<size_t>(std::max<ssize_t>(size, 0))};
  }

 private:
  Fd fd_;
};

struct WithKeeper : RunFolder {
  WithKeeper() {
    pid = Open()->pid();  // and its owner is gone at once
    BOOST_REQUIRE(Alive(pid));
  }
  pid_t pid = -1;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(garbage_is_ignored_and_what_is_good_between_it_is_kept, WithKeeper) {
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  {
    const Raw owner(*this);
    BOOST_TEST(owner.Receive() == fmt::format("H1\n{}", pid));
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
      std::string packet(1 + random() % 200, '\0');
      for (char& each : packet) each = static_cast<char>(random());
      if (packet[0] == 'X') packet[0] = 'P';
      owner.Send(packet, i % 3 == 0 ? std::vector{null.get()} : std::vector<int>());
    }
    for (const char* packet :
         {"P", "\n", "\n\n", "Z\n", "Zkey\ntext", "Pa b\n", "P\xff\n", "D\n"}) {
      owner.Send(packet, {null.get()});
    }
    owner.Send("Pbig\n" + std::string(5000, 'x'), {null.get()});
    owner.Send("P" + std::string(129, 'k') + "\n", {null.get()});
    owner.Send("Pgood\ntext", {null.get()});
    owner.Send("L\n");
    std::vector<std::string> entries;
    for (std::string packet = owner.Receive(); packet != ".\n"; packet = owner.Receive()) {
      BOOST_REQUIRE(!packet.empty());
      if (packet[0] == 'E') entries.push_back(packet);
    }
    // Of the random ones, some may have been good by chance; none had a bad key.
    BOOST_TEST(std::ranges::count(entries, "Egood\ntext") == 1);
    for (const std::string& entry : entries) {
      BOOST_TEST(host::keeper::Parse(entry).has_value());
    }
  }
  const auto next = Open();
  const auto kept = next->TakeKept();
  BOOST_TEST(host::testing::Find(kept, "good") != nullptr);
  BOOST_TEST(host::testing::Find(kept, "big") == nullptr);
  next->End();
}

BOOST_FIXTURE_TEST_CASE(a_put_without_a_descriptor_or_with_several_is_told, WithKeeper) {
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Raw owner(*this);
  owner.Receive();
  owner.Send("Pnone\n");
  BOOST_TEST(owner.Receive().starts_with("Fnone\nno descriptor"));
  owner.Send("Pmany\n", std::vector(200, null.get()));
  BOOST_TEST(owner.Receive().starts_with("Fmany\nit needs"));
  owner.Send("P\n", {null.get()});
  BOOST_TEST(owner.Receive().starts_with("F\nit needs"));
  owner.Send("L\n");
  BOOST_TEST(owner.Receive() == ".\n");
}

BOOST_FIXTURE_TEST_CASE(there_is_an_end_to_how_much_it_keeps, WithKeeper) {
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Raw owner(*this);
  owner.Receive();
  for (size_t i = 0; i < host::keeper::kMostEntries; ++i) {
    owner.Send(fmt::format("Pk{}\n", i), {null.get()});
  }
  owner.Send("Pk7\nin place of another", {null.get()});
  owner.Send("Pextra\n", {null.get()});
  BOOST_TEST(owner.Receive() == "Fextra\nthere are too many");
  owner.Send("Dk1\n");
  owner.Send("Pextra\n", {null.get()});
  owner.Send("L\n");
  size_t count = 0;
  for (std::string packet = owner.Receive(); packet != ".\n"; packet = owner.Receive()) {
    BOOST_REQUIRE(packet[0] == 'E');
    ++count;
  }
  BOOST_TEST(count == host::keeper::kMostEntries);
}

BOOST_FIXTURE_TEST_CASE(an_owner_that_asks_and_never_reads_does_not_block_the_next, WithKeeper) {
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  {
    const Raw owner(*this);
    for (int i = 0; i < 1000; ++i) {
      owner.Send(fmt::format("Pk{}\n{}", i, std::string(4000, 'x')), {null.get()});
    }
    for (int i = 0; i < 5; ++i) owner.Send("L\n");
  }
  const auto next = Open();
  BOOST_TEST(next->TakeKept().size() == 1000u);
  next->End();
  BOOST_TEST(Eventually([&] { return !Alive(pid); }));
}
