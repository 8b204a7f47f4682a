#include "host/revisions/revision_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

namespace fs = std::filesystem;
using host::Revision;
using host::RevisionStore;

namespace {

std::string ManifestText(const std::string& name, int max = 1) {
  return fmt::format(
      R"({{"name": "{0}", "summary": "", "routes": [{{"methods": ["GET"], "path": "/{0}"}}],
      "exposure": "public", "protocol": "fastcgi",
      "pool": {{"mode": "static", "min": 1, "max": {1}, "threads": 1, "idle_timeout_s": 60,
                "max_requests": 0}},
      "limits": {{"body_bytes": 1, "timeout_ms": 1000, "memory_mb": 64,
                  "rate": {{"key": "ip", "per_second": 0, "burst": 0}}}},
      "scope": "", "repeat_safe": false, "needs": []}})",
      name, max);
}

std::string Content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned ModeOf(const std::string& path) {
  struct stat file{};
  return stat(path.c_str(), &file) == 0 ? file.st_mode & 07777 : 0;
}

struct State {
  State() {
    BOOST_REQUIRE(mkdtemp(path.data()) != nullptr);
    state = path + "/state";
  }
  ~State() { fs::remove_all(path); }

  RevisionStore Open() const {
    auto store = RevisionStore::Open(state);
    BOOST_REQUIRE_EQUAL(store ? "" : store.error(), "");
    return *std::move(store);
  }
  std::string Binary(const std::string& bytes) const {
    std::ofstream(path + "/binary", std::ios::binary) << bytes;
    return path + "/binary";
  }
  // Names below STATE/revisions, sorted.
  std::vector<std::string> Kept() const {
    std::vector<std::string> all;
    for (const auto& each : fs::recursive_directory_iterator(state + "/revisions")) {
      all.push_back(fs::relative(each.path(), state + "/revisions").string());
    }
    std::ranges::sort(all);
    return all;
  }

  std::string path = "/tmp/fnhost-store-XXXXXX";
  std::string state;
};

Revision Good(const std::expected<Revision, std::string>& revision) {
  BOOST_REQUIRE_EQUAL(revision ? "" : revision.error(), "");
  return *revision;
}

std::string Error(const std::expected<Revision, std::string>& revision) {
  return revision ? "" : revision.error();
}

// What `task` returns in a process of its own, by its exit code.
int InChild(const std::function<int()>& task) {
  const pid_t pid = fork();
  if (pid == 0) _exit(task());
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_import_keeps_binary_and_manifest_for_this_user_alone, State) {
  const auto store = Open();
  const std::string manifest = ManifestText("login", 3);
  const auto before = std::chrono::system_clock::now() - std::chrono::seconds(5);
  const Revision made = Good(store.Import("login", Binary("ELF fnhost-sdk-1 ..."), manifest));
  const std::string folder = state + "/revisions/login/" + made.name;
  BOOST_TEST(made.binary == folder + "/login");
  BOOST_TEST(Content(made.binary) == "ELF fnhost-sdk-1 ...");
  BOOST_TEST(Content(folder + "/function.json") == manifest);
  BOOST_TEST(made.manifest.pool.max == 3);
  BOOST_TEST(made.sdk);
  BOOST_TEST((made.made > before && made.made < before + std::chrono::minutes(1)));
  BOOST_TEST(ModeOf(made.binary) == 0700u);
  BOOST_TEST(ModeOf(folder + "/function.json") == 0600u);
  for (const std::string& each : {folder, state + "/revisions/login", state + "/revisions"}) {
    BOOST_TEST(ModeOf(each) == 0700u);
  }
  BOOST_TEST(Kept().size() == 4u);  // login, its revision, two files: nothing half-made
  const Revision found = Good(store.Find("login", made.name));
  BOOST_TEST(found.binary == made.binary);
  BOOST_TEST(found.sdk);
  BOOST_TEST((found.made == made.made));
}

BOOST_FIXTURE_TEST_CASE(the_same_content_is_the_same_revision_and_not_copied_again, State) {
  const auto store = Open();
  const Revision first = Good(store.Import("a", Binary("one"), ManifestText("a")));
  struct stat before{};
  stat(first.binary.c_str(), &before);
  const int fd = open(Binary("one").c_str(), O_RDONLY | O_CLOEXEC);
  lseek(fd, 2, SEEK_SET);
  const Revision again = Good(store.Import("a", fd, ManifestText("a")));
  close(fd);
  struct stat after{};
  stat(again.binary.c_str(), &after);
  BOOST_TEST(again.name == first.name);
  BOOST_TEST(after.st_ino == before.st_ino);
  BOOST_TEST(Good(store.Import("a", Binary("two"), ManifestText("a"))).name != first.name);
  BOOST_TEST(Good(store.Import("a", Binary("one"), ManifestText("a", 2))).name != first.name);
  BOOST_TEST(store.List("a").size() == 3u);
}

BOOST_FIXTURE_TEST_CASE(b2_a_bad_binary_or_manifest_is_refused_and_leaves_nothing, State) {
  const auto store = Open();
  const std::string manifest = ManifestText("a");
  BOOST_TEST(Error(store.Import("a", Binary(""), manifest)) == "a: the binary is empty");
  BOOST_TEST(Error(store.Import("a", path, manifest)) == "a: the binary is no regular file");
  BOOST_TEST(Error(store.Import("a", path + "/none", manifest)).find("No such file") !=
             std::string::npos);
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  BOOST_TEST(Error(store.Import("a", ends[0], manifest)) == "a: the binary is no regular file");
  close(ends[0]);
  close(ends[1]);
  BOOST_TEST(Error(store.Import("b", Binary("x"), manifest)) ==
             "b/function.json: name: must be \"b\", is \"a\"");
  BOOST_TEST(Error(store.Import("a", Binary("x"), "{")).find("is not JSON") != std::string::npos);
  BOOST_TEST(Error(store.Import("../a", Binary("x"), manifest)) != "");
  BOOST_TEST(Error(store.Import("a", Binary("x"), manifest + std::string(65536, ' '))) ==
             "a/function.json: is larger than 64 KiB");
  BOOST_TEST(Kept().empty());
}

BOOST_FIXTURE_TEST_CASE(what_is_not_there_or_no_name_is_not_found, State) {
  const auto store = Open();
  Good(store.Import("a", Binary("x"), ManifestText("a")));
  BOOST_TEST(Error(store.Find("a", "0123456789ab")).starts_with("a: there is no revision "));
  BOOST_TEST(Error(store.Find("b", "0123456789ab")) != "");
  BOOST_TEST(Error(store.Find("a", "../a")) == "a: there is no revision \"../a\"");
  BOOST_TEST(Error(store.Find("..", "0123456789ab")) != "");
  BOOST_TEST(store.List("../revisions").empty());
  BOOST_TEST(store.List("b").empty());
}

BOOST_FIXTURE_TEST_CASE(a_damaged_revision_is_not_listed_and_mended_by_an_import, State) {
  const auto store = Open();
  for (const char* damage : {"function.json", "a"}) {
    const Revision made = Good(store.Import("a", Binary("x"), ManifestText("a")));
    fs::resize_file(state + "/revisions/a/" + made.name + "/" + damage, 0);
    BOOST_TEST(Error(store.Find("a", made.name)) != "");
    BOOST_TEST(store.List("a").empty());
    const Revision mended = Good(store.Import("a", Binary("x"), ManifestText("a")));
    BOOST_TEST(mended.name == made.name);
    BOOST_TEST(Content(mended.binary) == "x");
  }
}

BOOST_FIXTURE_TEST_CASE(the_list_is_newest_first_and_pruning_removes_the_oldest_but_those_kept,
                        State) {
  const auto store = Open();
  std::vector<std::string> names;  // oldest first
  for (int i = 0; i < 6; ++i) {
    const Revision made =
        Good(store.Import("a", Binary("binary " + std::to_string(i)), ManifestText("a")));
    const timespec times[2] = {{.tv_sec = 1000 + i, .tv_nsec = 0},
                               {.tv_sec = 1000 + i, .tv_nsec = 5}};
    utimensat(AT_FDCWD, made.binary.c_str(), times, 0);
    names.push_back(made.name);
  }
  const auto listed = store.List("a");
  BOOST_REQUIRE(listed.size() == 6u);
  for (int i = 0; i < 6; ++i) BOOST_TEST(listed[i].name == names[5 - i]);

  BOOST_TEST(store.Prune("a", {names[0]}, 6).empty());
  const auto removed = store.Prune("a", {names[0]}, 3);
  BOOST_TEST(removed == (std::vector{names[1], names[2], names[3]}),
             boost::test_tools::per_element());
  BOOST_TEST(store.List("a").back().name == names[0]);
  BOOST_TEST(store.Prune("a", {names[0], names[4], names[5]}, 1).empty());
  BOOST_TEST(Kept().size() == 1 + 3 * 3u);  // nothing half-removed
}

BOOST_FIXTURE_TEST_CASE(a_store_has_one_host_and_goes_with_it, State) {
  {
    const auto store = Open();
    const auto second = RevisionStore::Open(state);
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST(second.error().find("in use by another fnhost") != std::string::npos);
  }
  fs::create_directories(state + "/revisions/.new-abcdef/x");  // of a host that crashed
  Open();
  BOOST_TEST(Kept().empty());
  BOOST_TEST(!RevisionStore::Open("/proc/none").has_value());
}

BOOST_FIXTURE_TEST_CASE(b7_a_write_that_fails_half_way_is_told_and_leaves_nothing, State) {
  const auto store = Open();
  const std::string binary = Binary(std::string(3 << 20, 'x'));
  const int result = InChild([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const auto made = store.Import("a", binary, ManifestText("a"));
    return !made && made.error().find("File too large") != std::string::npos ? 0 : 2;
  });
  BOOST_TEST(result == 0);
  BOOST_TEST(Kept().empty());
  BOOST_TEST(Content(Good(store.Import("a", binary, ManifestText("a"))).binary).size() == 3u << 20);
}

BOOST_FIXTURE_TEST_CASE(b7_a_full_disk_is_told_with_the_remedy_and_recovers_by_itself, State) {
  fs::create_directory(state);
  const std::string binary = Binary(std::string(3 << 20, 'x'));
  const int result = InChild([&] {
    // A small disk that only this process sees.
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (mount("tmpfs", state.c_str(), "tmpfs", 0, "size=2m") != 0) return 77;
    const auto store = RevisionStore::Open(state);
    if (!store) return 1;
    const auto made = store->Import("a", binary, ManifestText("a"));
    if (made ||
        made.error().find("No space left on device; make room there") == std::string::npos) {
      return 2;
    }
    if (!fs::is_empty(state + "/revisions")) return 3;
    if (mount("tmpfs", state.c_str(), "tmpfs", MS_REMOUNT, "size=8m") != 0) return 4;
    return store->Import("a", binary, ManifestText("a")) ? 0 : 5;
  });
  if (result == 77) BOOST_TEST_MESSAGE("no right to mount a disk here: not tried");
  BOOST_TEST((result == 0 || result == 77), "step " << result);
}
