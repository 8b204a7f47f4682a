#include "functions/shared/session/key_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

using session::Algorithm;
using session::Key;
using session::KeyFiles;
using namespace std::chrono_literals;

namespace {

struct Folder {
  Folder() {
    std::string name = std::string(std::getenv("TEST_TMPDIR")) + "/keysXXXXXX";
    path = mkdtemp(name.data());
    keys = path + "/keys";
    std::filesystem::create_directory(keys);
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/draft") << text;
    std::filesystem::rename(path + "/draft", keys + "/" + name);
  }
  host::Config Config(const std::string& variable = "SESSION_PUBLIC_KEYS_FILE",
                      const std::string& file = "") const {
    return host::Config(
        [=, where = file.empty() ? keys : keys + "/" + file](const std::string& name) {
          return name == variable ? std::optional(where) : std::nullopt;
        });
  }
  std::string path, keys;
  ~Folder() { close(null); }
  int null = open("/dev/null", O_WRONLY);
  host::Log log{"test", "", null};
  host::FakeClock clock;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_files, Folder)

BOOST_AUTO_TEST_CASE(all_pem_files_of_a_folder_are_keys) {
  const Key one = Key::Generate(Algorithm::kEs256);
  const Key two = Key::Generate(Algorithm::kEdDsa);
  Write("1.pem", one.PublicPem());
  Write("2.pem", two.PublicPem());
  Write("README", "no key");
  KeyFiles files(Config(), log);
  const auto now = files.Current(clock.Steady());
  BOOST_TEST(now->keys.size() == 2u);
  BOOST_TEST(now->keys.Find(one.id()) != nullptr);
  BOOST_TEST(now->keys.Find(two.id()) != nullptr);
}

BOOST_AUTO_TEST_CASE(a_new_key_is_seen_within_a_second_and_a_retired_one_is_gone) {
  const Key one = Key::Generate(Algorithm::kEs256);
  const Key two = Key::Generate(Algorithm::kEs256);
  Write("1.pem", one.PublicPem());
  KeyFiles files(Config(), log);
  const auto first = files.Current(clock.Steady());
  Write("2.pem", two.PublicPem());
  std::filesystem::remove(keys + "/1.pem");
  clock.Advance(KeyFiles::kLook - 1ms);
  BOOST_TEST(files.Current(clock.Steady())->generation == first->generation);
  clock.Advance(1ms);
  const auto second = files.Current(clock.Steady());
  BOOST_TEST(second->generation != first->generation);
  BOOST_TEST(second->keys.Find(one.id()) == nullptr);
  BOOST_TEST(second->keys.Find(two.id()) != nullptr);
  BOOST_CHECK(KeyFiles::kLook < 1s);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_id_makes_the_next_look_sooner) {
  const Key two = Key::Generate(Algorithm::kEs256);
  Write("1.pem", Key::Generate(Algorithm::kEs256).PublicPem());
  KeyFiles files(Config(), log);
  files.Current(clock.Steady());
  Write("2.pem", two.PublicPem());
  clock.Advance(KeyFiles::kSoonLook);
  BOOST_TEST(files.Current(clock.Steady())->keys.size() == 1u);
  BOOST_TEST(files.AfterUnknownKey(clock.Steady())->keys.Find(two.id()) != nullptr);
}

// Reading from a FIFO takes until somebody writes: a reload that another thread is in the middle
// of.
BOOST_AUTO_TEST_CASE(d3_who_meets_an_unknown_key_waits_for_the_reload_that_is_on_its_way) {
  const Key one = Key::Generate(Algorithm::kEs256);
  const Key two = Key::Generate(Algorithm::kEs256);
  Write("1.pem", one.PublicPem());
  KeyFiles files(Config(), log);
  const std::string fifo = keys + "/2.pem";
  BOOST_REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  clock.Advance(2s);
  const auto now = clock.Steady();
  std::thread reloading([&] { files.Current(now); });
  std::ofstream out(fifo);  // opens when the other side reads
  BOOST_TEST(files.Current(now)->keys.size() == 1u);
  auto found = std::async(std::launch::async, [&] {
    return files.AfterUnknownKey(now)->keys.Find(two.id()) != nullptr;
  });
  found.wait_for(50ms);  // where it does not wait, it is done by then
  out << two.PublicPem();
  out.close();
  reloading.join();
  BOOST_TEST(found.get());
}

BOOST_AUTO_TEST_CASE(a_broken_new_file_keeps_the_old_set) {
  const Key one = Key::Generate(Algorithm::kEs256);
  Write("1.pem", one.PublicPem());
  KeyFiles files(Config(), log);
  const auto first = files.Current(clock.Steady());
  for (const std::string& broken :
       {std::string("-----BEGIN PUBLIC KEY-----\nAAAA"), one.PrivatePem(), std::string()}) {
    Write("2.pem", broken);
    clock.Advance(2s);
    BOOST_TEST(files.Current(clock.Steady()) == first);
  }
  std::filesystem::remove_all(keys);
  clock.Advance(2s);
  BOOST_TEST(files.Current(clock.Steady()) == first);
}

BOOST_AUTO_TEST_CASE(a_process_without_keys_says_why) {
  BOOST_CHECK_THROW(KeyFiles(Config(), log), std::runtime_error);
  BOOST_CHECK_THROW(KeyFiles(Config("SESSION_PUBLIC_KEYS_FILE", "absent.pem"), log),
                    std::runtime_error);
  BOOST_CHECK_THROW(KeyFiles(Config("NONE"), log), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_secret_file_signs_and_checks) {
  Write("secret", std::string(40, 's') + "\n");
  KeyFiles files(Config("SESSION_SECRET_FILE", "secret"), log);
  session::SigningKey signer(Config("SESSION_SECRET_FILE", "secret"), log);
  const Key key = signer.Current(clock.Steady());
  BOOST_CHECK(key.algorithm() == Algorithm::kHs256);
  BOOST_TEST(files.Current(clock.Steady())->keys.Find(key.id()) != nullptr);
}

BOOST_AUTO_TEST_CASE(the_signing_key_changes_with_its_file) {
  const Key one = Key::Generate(Algorithm::kEs256);
  const Key two = Key::Generate(Algorithm::kEs256);
  Write("private.pem", one.PrivatePem());
  session::SigningKey signer(Config("SESSION_PRIVATE_KEY_FILE", "private.pem"), log);
  BOOST_TEST(signer.Current(clock.Steady()).id() == one.id());
  Write("private.pem", "broken");
  clock.Advance(1s);
  BOOST_TEST(signer.Current(clock.Steady()).id() == one.id());
  Write("private.pem", two.PrivatePem());
  clock.Advance(1s);
  BOOST_TEST(signer.Current(clock.Steady()).id() == two.id());
}

BOOST_AUTO_TEST_CASE(no_valid_token_is_refused_while_keys_rotate_under_many_threads) {
  Key current = Key::Generate(Algorithm::kEs256);
  Write("0.pem", current.PublicPem());
  KeyFiles files(Config(), log);
  const host::Clock real;
  std::atomic<bool> stop{false};
  std::atomic<int> unknown{0};
  std::mutex mutex;
  std::string id = current.id();
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        std::string wanted;
        {
          const std::lock_guard lock(mutex);
          wanted = id;
        }
        if (files.Current(real.Steady())->keys.Find(wanted) == nullptr) ++unknown;
      }
    });
  }
  for (int i = 1; i <= 5; ++i) {
    const Key next = Key::Generate(Algorithm::kEs256);
    Write(std::to_string(i) + ".pem", next.PublicPem());
    // The rule for rotation: the public half first, the signer when all have seen it.
    while (files.AfterUnknownKey(real.Steady())->keys.Find(next.id()) == nullptr)
      std::this_thread::yield();
    const std::lock_guard lock(mutex);
    id = next.id();
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  BOOST_TEST(unknown == 0);
}

BOOST_AUTO_TEST_SUITE_END()
