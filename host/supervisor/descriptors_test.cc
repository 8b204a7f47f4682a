#include "host/supervisor/descriptors.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

using host::Fd;
using host::ReceiveFds;
using host::SendFds;

namespace {

struct Pair {
  Pair() {
    int ends[2];
    BOOST_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    ours = Fd(ends[0]);
    theirs = Fd(ends[1]);
  }
  Fd ours;
  Fd theirs;
};

bool SameFile(int a, int b) {
  struct stat one{};
  struct stat other{};
  return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

long OpenDescriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(bytes_and_descriptors_arrive_together_in_their_order, Pair) {
  const Fd null(open("/dev/null", O_RDONLY));
  const Fd zero(open("/dev/zero", O_RDONLY));
  BOOST_TEST(SendFds(ours.get(), "hello", std::vector{null.get(), zero.get()}) == 5);
  char buffer[100];
  std::vector<Fd> fds;
  BOOST_TEST(ReceiveFds(theirs.get(), buffer, fds, 4) == 5);
  BOOST_TEST(std::string(buffer, 5) == "hello");
  BOOST_REQUIRE(fds.size() == 2u);
  BOOST_TEST(SameFile(fds[0].get(), null.get()));
  BOOST_TEST(SameFile(fds[1].get(), zero.get()));
  BOOST_TEST((fcntl(fds[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_FIXTURE_TEST_CASE(descriptors_beyond_those_wanted_are_closed, Pair) {
  const Fd null(open("/dev/null", O_RDONLY));
  const long before = OpenDescriptors();
  const std::vector<int> many(20, null.get());
  std::vector<Fd> fds;
  char buffer[100];
  for (const auto& [most, expected] : {std::pair{3u, 3u}, {3u, 3u}, {0u, 3u}, {4u, 4u}}) {
    BOOST_TEST(SendFds(ours.get(), "x", many) == 1);
    BOOST_TEST(ReceiveFds(theirs.get(), buffer, fds, most) == 1);
    BOOST_TEST(fds.size() == expected);
    BOOST_TEST(OpenDescriptors() == before + static_cast<long>(expected));
  }
}

BOOST_FIXTURE_TEST_CASE(bytes_alone_and_the_end_come_as_with_recv, Pair) {
  BOOST_TEST(SendFds(ours.get(), "y", {}) == 1);
  ours.Close();
  std::vector<Fd> fds;
  char buffer[100];
  BOOST_TEST(ReceiveFds(theirs.get(), buffer, fds, 4) == 1);
  BOOST_TEST(ReceiveFds(theirs.get(), buffer, fds, 4) == 0);
  BOOST_TEST(fds.empty());
  BOOST_TEST(SendFds(theirs.get(), "z", {}) == -1);  // and no SIGPIPE
}
