// A supervisor and its keeper as real processes (BEHAVIOURS B4).

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "host/keeper/keeper_client.h"
#include "host/keeper/keeper_test_support.h"

namespace fs = std::filesystem;
using host::Fd;
using host::KeeperClient;
using host::testing::Alive;
using host::testing::Eventually;
using host::testing::Find;
using host::testing::RunFolder;
using host::testing::SameFile;

namespace {

Fd Null() { return Fd(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

BOOST_FIXTURE_TEST_CASE(b4_what_a_killed_owner_put_is_there_for_the_next, RunFolder) {
  const Fd null = Null();
  const Fd zero(open("/dev/zero", O_RDONLY | O_CLOEXEC));
  const pid_t owner = Owner([&](KeeperClient& keeper) {
    BOOST_TEST(keeper.TakeKept().empty());
    keeper.Put("socket:login", R"({"a":"b\n"})", null.get());
    keeper.Put("worker:login:1", std::string(4096, 'm'), null.get());
    keeper.Put("worker:login:1", "again", zero.get());  // in place of the first
    keeper.Put("worker:login:2", "", null.get());
    keeper.Drop("worker:login:2");
    keeper.Drop("worker:never:there");
  });
  Kill(owner);
  const auto next = Open();
  const auto kept = next->TakeKept();
  BOOST_REQUIRE(kept.size() == 2u);
  BOOST_TEST(Find(kept, "socket:login")->metadata == R"({"a":"b\n"})");
  BOOST_TEST(SameFile(Find(kept, "socket:login")->fd.get(), null.get()));
  BOOST_TEST(Find(kept, "worker:login:1")->metadata == "again");
  BOOST_TEST(SameFile(Find(kept, "worker:login:1")->fd.get(), zero.get()));
  BOOST_TEST((fcntl(kept[0].fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  BOOST_TEST(next->TakeKept().empty());
  next->End();
}

BOOST_FIXTURE_TEST_CASE(b4_a_connection_that_waits_in_a_socket_survives_ten_kills_of_the_owner,
                        RunFolder) {
  Fd client;
  ino_t inode = 0;
  {
    const Fd listener = Listen("login");
    const pid_t first =
        Owner([&](KeeperClient& keeper) { keeper.Put("socket:login", "", listener.get()); });
    client = Connect("login");  // nobody accepts it
    BOOST_REQUIRE(write(client.get(), "hello", 5) == 5);
    Kill(first);
    struct stat file{};
    stat((path + "/login.sock").c_str(), &file);
    inode = file.st_ino;
  }  // from here on the keeper alone holds it
  for (int i = 0; i < 10; ++i) {
    // What the one before took need not be put again to be kept.
    const pid_t again = Owner([](KeeperClient& keeper) {
      if (keeper.TakeKept().size() != 1) _exit(3);
    });
    Kill(again);
  }
  const auto heir = Open();
  const auto kept = heir->TakeKept();
  BOOST_REQUIRE(kept.size() == 1u);
  const Fd accepted(accept4(kept[0].fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  char text[6] = {};
  BOOST_TEST(read(accepted.get(), text, 5) == 5);
  BOOST_TEST(std::string(text) == "hello");
  struct stat file{};
  stat((path + "/login.sock").c_str(), &file);
  BOOST_TEST(file.st_ino == inode);
  Connect("login");  // new ones come as well
  heir->End();
}

BOOST_FIXTURE_TEST_CASE(b4_a_killed_keeper_is_replaced_and_has_everything_again, RunFolder) {
  auto keeper = Open();
  const pid_t victim = keeper->pid();
  const Fd null = Null();
  for (int i = 0; i < 300; ++i) {
    keeper->Put("worker:a:" + std::to_string(i), std::to_string(i), null.get());
  }
  keeper->Drop("worker:a:7");
  kill(victim, SIGKILL);
  bool late = false;
  BOOST_REQUIRE(Turn([&] {
    if (keeper->pid() <= 0 || keeper->pid() == victim) return false;
    if (!std::exchange(late, true)) keeper->Put("late", "", null.get());
    return keeper->settled();
  }));
  BOOST_TEST(!fs::exists("/proc/" + std::to_string(victim)));  // no zombie either
  keeper.reset();                                              // as if killed
  keeper = Open();
  const auto kept = keeper->TakeKept();
  BOOST_TEST(kept.size() == 300u);
  BOOST_TEST(Find(kept, "late") != nullptr);
  BOOST_TEST(Find(kept, "worker:a:7") == nullptr);
  BOOST_REQUIRE(Find(kept, "worker:a:299") != nullptr);
  BOOST_TEST(Find(kept, "worker:a:299")->metadata == "299");
  BOOST_TEST(SameFile(Find(kept, "worker:a:299")->fd.get(), null.get()));
  keeper->End();
}

BOOST_FIXTURE_TEST_CASE(b4_a_second_owner_is_refused_while_the_first_lives, RunFolder) {
  const Fd null = Null();
  const pid_t first = Owner([&](KeeperClient& keeper) { keeper.Put("a", "", null.get()); });
  auto impatient = settings();
  impatient.patience = std::chrono::milliseconds(50);
  const auto second = KeeperClient::Open(loop, log, path, impatient);
  BOOST_REQUIRE(!second.has_value());
  BOOST_TEST(second.error() ==
             socket() + ": in use by another fnhost (process " + std::to_string(first) + ")");
  Kill(first);
  const auto third = Open();
  BOOST_TEST(third->TakeKept().size() == 1u);
  third->End();
}

BOOST_FIXTURE_TEST_CASE(an_end_removes_the_socket_and_the_process, RunFolder) {
  const auto keeper = Open();
  const pid_t pid = keeper->pid();
  BOOST_TEST(Alive(pid));
  const Fd null = Null();
  keeper->Put("a", "", null.get());
  keeper->End();
  BOOST_TEST(!fs::exists("/proc/" + std::to_string(pid)));
  BOOST_TEST(fs::is_empty(path));
  const auto fresh = Open();
  BOOST_TEST(fresh->TakeKept().empty());
  fresh->End();
  BOOST_TEST(fs::is_empty(path));
}

BOOST_FIXTURE_TEST_CASE(its_socket_is_the_users_alone_and_it_stands_apart_from_the_supervisor,
                        RunFolder) {
  const Fd null = Null();
  const auto keeper = Open();
  struct stat file{};
  stat(socket().c_str(), &file);
  BOOST_TEST((file.st_mode & 0777) == 0600u);
  const pid_t pid = keeper->pid();
  BOOST_TEST(getsid(pid) == pid);
  BOOST_TEST(getpgid(pid) == pid);
  for (const int each : {SIGINT, SIGHUP}) kill(pid, each);
  keeper->Put("a", "", null.get());
  // Nothing of ours: stdin is its socket; one for the owner, one for signals, and what it keeps.
  const std::string folder = "/proc/" + std::to_string(pid) + "/";
  BOOST_TEST(Eventually([&] {
    return std::distance(fs::directory_iterator(folder + "fd"), fs::directory_iterator()) == 6;
  }));
  BOOST_TEST(fs::file_size(folder + "environ") == 0u);
  BOOST_TEST(fs::read_symlink(folder + "cwd") == "/");
  keeper->End();
}

BOOST_FIXTURE_TEST_CASE(sigterm_ends_it_and_takes_the_socket_away, RunFolder) {
  const pid_t owner = Owner([](KeeperClient&) {});
  Kill(owner);
  auto keeper = Open();
  const pid_t pid = keeper->pid();
  BOOST_REQUIRE(pid > 0);
  keeper.reset();
  kill(pid, SIGTERM);
  BOOST_TEST(Eventually([&] { return !Alive(pid); }));
  BOOST_TEST(fs::is_empty(path));
}

BOOST_FIXTURE_TEST_CASE(a_keeper_that_nobody_can_find_ends_by_itself, RunFolder) {
  const pid_t owner = Owner([](KeeperClient&) {});
  auto keeper = [&] {
    Kill(owner);
    return Open();
  }();
  const pid_t pid = keeper->pid();
  keeper.reset();
  BOOST_TEST(Alive(pid));
  fs::remove(socket());
  BOOST_TEST(Eventually([&] { return !Alive(pid); }));
}

BOOST_FIXTURE_TEST_CASE(the_socket_of_a_dead_keeper_is_replaced, RunFolder) {
  const auto first = Open();
  kill(first->pid(), SIGKILL);
  BOOST_TEST(Eventually([&] { return !Alive(first->pid()); }));
  BOOST_TEST(fs::exists(socket()));
  const auto second = Open();
  BOOST_TEST(Alive(second->pid()));
  second->End();
}

BOOST_FIXTURE_TEST_CASE(a_keeper_that_hangs_holds_nobody_up_and_gets_everything_later, RunFolder) {
  auto keeper = Open();
  const pid_t pid = keeper->pid();
  kill(pid, SIGSTOP);
  const Fd null = Null();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 500; ++i) {
    keeper->Put("worker:a:" + std::to_string(i), std::string(4096, 'x'), null.get());
  }
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(5)));
  BOOST_TEST(!keeper->settled());
  kill(pid, SIGCONT);
  BOOST_TEST(Turn([&] { return keeper->settled(); }));
  keeper.reset();
  keeper = Open();
  BOOST_TEST(keeper->TakeKept().size() == 500u);
  BOOST_TEST(keeper->pid() == pid);

  kill(pid, SIGSTOP);
  keeper.reset();
  auto impatient = settings();
  impatient.patience = std::chrono::milliseconds(50);
  const auto refused = KeeperClient::Open(loop, log, path, impatient);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().find("does not answer") != std::string::npos);
  BOOST_TEST(refused.error().find(std::to_string(pid)) != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(an_end_kills_a_keeper_that_hangs, RunFolder) {
  auto impatient = settings();
  impatient.patience = std::chrono::milliseconds(500);
  auto keeper = KeeperClient::Open(loop, log, path, impatient);
  BOOST_REQUIRE(keeper.has_value());
  const pid_t pid = (*keeper)->pid();
  kill(pid, SIGSTOP);
  (*keeper)->End();
  BOOST_TEST(!fs::exists("/proc/" + std::to_string(pid)));
  BOOST_TEST(fs::is_empty(path));
}

BOOST_FIXTURE_TEST_CASE(a_program_that_cannot_be_a_keeper_is_told, RunFolder) {
  const auto none = KeeperClient::Open(loop, log, path, {.program = "/no/such/program"});
  BOOST_REQUIRE(!none.has_value());
  BOOST_TEST(none.error() == "/no/such/program: cannot run the keeper: No such file or directory");
  const auto other = KeeperClient::Open(loop, log, path, {.program = "/bin/true"});
  BOOST_REQUIRE(!other.has_value());
  BOOST_TEST(other.error() == "/bin/true: ended at once as a keeper");
  const auto nowhere = KeeperClient::Open(loop, log, path + "/none", settings());
  BOOST_REQUIRE(!nowhere.has_value());
  const auto long_path = KeeperClient::Open(loop, log, path + std::string(200, 'x'), settings());
  BOOST_REQUIRE(!long_path.has_value());
}

BOOST_FIXTURE_TEST_CASE(bad_keys_are_the_callers_fault, RunFolder) {
  const auto keeper = Open();
  for (const std::string& key : {std::string(), std::string("a b"), std::string("a\nb"),
                                 std::string(129, 'a'), std::string("\xc3\xa4")}) {
    BOOST_CHECK_THROW(keeper->Put(key, "", 0), std::invalid_argument);
  }
  BOOST_CHECK_THROW(keeper->Put("a", std::string(4097, 'x'), 0), std::invalid_argument);
  keeper->End();
}
