#include "host/routing/route_table.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

namespace {

namespace fs = std::filesystem;
using host::ParseTarget;
using host::RouteTable;

host::RouteTarget To(const std::string& text) { return ParseTarget(text).value(); }

struct Folder {
  Folder() {
    std::string name = "/tmp/route-table-XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }

  RouteTable Open(const std::string& first = "monolith", const std::string& reader = "") const {
    auto table = RouteTable::Open({(path / "routes").string(), To(first), reader});
    BOOST_REQUIRE(table.has_value());
    return *std::move(table);
  }
  bool Has(const std::string& file) const { return fs::exists(path / "routes" / file); }
  int Buckets(const std::string& name) const {
    int count = 0;
    for (int i = 0; i < 100; ++i) count += Has(name + "/" + std::to_string(i)) ? 1 : 0;
    return count;
  }
  fs::path path;
};

std::string TargetOf(const RouteTable& table, const std::string& name) {
  const auto route = table.Find(name);
  return route ? ToText(route->target) : "unknown";
}

mode_t ModeOf(const fs::path& path) {
  struct stat there{};
  BOOST_REQUIRE(stat(path.c_str(), &there) == 0);
  return there.st_mode & 0777;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_target_reads_as_it_is_written) {
  for (const char* text :
       {"function", "monolith", "split:0", "split:40", "split:100", "mirror", "auto", "retired"}) {
    BOOST_TEST(ToText(To(text)) == text);
  }
  for (const char* text : {"", "Function", "split", "split:", "split:101", "split:-1", "split:4.5",
                           "split:40%", "split: 4", "mirror:5", "auto-function", "none"}) {
    BOOST_TEST(!ParseTarget(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_route_that_nobody_moved_goes_where_the_configuration_says) {
  for (const std::string first : {"monolith", "function"}) {
    const Folder folder;
    auto table = folder.Open(first);
    BOOST_TEST(TargetOf(table, "login") == "unknown");
    BOOST_REQUIRE(table.SetNames({"login", "list"}).has_value());
    BOOST_TEST(TargetOf(table, "login") == first);
    BOOST_TEST(folder.Buckets("login") == (first == "function" ? 100 : 0));
    BOOST_TEST(table.Routes().size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(unknown_names_are_refused) {
  const Folder folder;
  auto table = folder.Open();
  BOOST_REQUIRE(table.SetNames({"login"}).has_value());
  for (const char* name : {"logout", "", "..", "../login", ".sets"}) {
    const auto done = table.Set(name, To("function"));
    BOOST_REQUIRE(!done.has_value());
    BOOST_TEST(done.error() == "there is no function " + std::string(name));
  }
  BOOST_TEST(!folder.Has("logout"));
}

BOOST_AUTO_TEST_CASE(each_target_has_the_files_that_nginx_looks_for) {
  const Folder folder;
  auto table = folder.Open();
  BOOST_REQUIRE(table.SetNames({"login"}).has_value());
  const auto check = [&](const std::string& target, int buckets) {
    BOOST_REQUIRE(table.Set("login", To(target)).has_value());
    BOOST_TEST(TargetOf(table, "login") == target);
    BOOST_TEST(folder.Buckets("login") == buckets, target << " has " << folder.Buckets("login"));
    BOOST_TEST(folder.Has("login/function"));
    BOOST_TEST(folder.Has("login/monolith") == (target == "retired"));
    BOOST_TEST(folder.Has("login/mirror") == (target == "mirror"));
  };
  check("function", 100);
  check("monolith", 0);
  check("split:0", 0);
  check("split:40", 40);
  check("split:100", 100);
  check("mirror", 0);
  check("auto", 100);
  check("retired", 100);
  BOOST_TEST(folder.Has("login/0"));
  BOOST_REQUIRE(table.Set("login", To("split:1")).has_value());
  BOOST_TEST(folder.Has("login/0"));  // a larger share keeps the clients of a smaller one
}

BOOST_AUTO_TEST_CASE(several_routes_move_together_or_not_at_all) {
  const Folder folder;
  auto table = folder.Open();
  BOOST_REQUIRE(table.SetNames({"list", "login"}).has_value());
  BOOST_REQUIRE(table.Set({{"list", To("function")}, {"login", To("split:10")}}).has_value());
  BOOST_TEST(folder.Buckets("list") == 100);
  BOOST_TEST(folder.Buckets("login") == 10);
  const auto unknown = table.Set({{"list", To("monolith")}, {"logout", To("monolith")}});
  BOOST_TEST(unknown.error() == "there is no function logout");
  fs::create_directory(folder.path / "routes/.new-login");  // in the way of the second link
  const auto failed = table.Set({{"list", To("monolith")}, {"login", To("monolith")}});
  BOOST_TEST(!failed.has_value());
  BOOST_TEST(folder.Buckets("list") == 100);
  BOOST_TEST(TargetOf(table, "list") == "function");
  BOOST_TEST(TargetOf(table, "login") == "split:10");
}

BOOST_AUTO_TEST_CASE(the_table_survives_a_restart) {
  const Folder folder;
  const std::vector<std::string> names = {"a", "b", "c", "d", "e"};
  {
    auto table = folder.Open();
    BOOST_REQUIRE(table.SetNames(names).has_value());
    BOOST_REQUIRE(table.Set("a", To("split:7")).has_value());
    BOOST_REQUIRE(table.Set("b", To("mirror")).has_value());
    BOOST_REQUIRE(table.Set("c", To("auto")).has_value());
    BOOST_REQUIRE(table.Set("d", To("auto")).has_value());
    BOOST_REQUIRE(table.Health("d", false).has_value());
  }
  auto table = folder.Open("function");
  BOOST_REQUIRE(table.SetNames(names).has_value());
  BOOST_TEST(TargetOf(table, "a") == "split:7");
  BOOST_TEST(TargetOf(table, "b") == "mirror");
  BOOST_TEST(TargetOf(table, "c") == "auto");
  BOOST_TEST(table.Find("c")->can_serve);
  BOOST_TEST(!table.Find("d")->can_serve);
  BOOST_TEST(folder.Buckets("d") == 0);
  BOOST_TEST(TargetOf(table, "e") == "monolith");
}

BOOST_AUTO_TEST_CASE(a_function_that_goes_and_comes_back_is_where_it_was) {
  const Folder folder;
  auto table = folder.Open();
  BOOST_REQUIRE(table.SetNames({"a", "b"}).has_value());
  BOOST_REQUIRE(table.Set("b", To("split:30")).has_value());
  BOOST_REQUIRE(table.SetNames({"a"}).has_value());
  BOOST_TEST(TargetOf(table, "b") == "unknown");
  BOOST_REQUIRE(table.SetNames({"a", "b"}).has_value());
  BOOST_TEST(TargetOf(table, "b") == "split:30");
}

BOOST_AUTO_TEST_CASE(what_is_damaged_goes_to_the_first_target) {
  const Folder folder;
  {
    auto table = folder.Open();
    BOOST_REQUIRE(table.SetNames({"a", "b", "c"}).has_value());
  }
  const fs::path routes = folder.path / "routes";
  for (const char* name : {"a", "b", "c"}) fs::remove(routes / name);
  std::ofstream(routes / "a") << "x";
  fs::create_symlink("/etc", routes / "b");
  fs::create_directories(routes / ".sets/.new-split-3/x");
  auto table = folder.Open("function");
  BOOST_REQUIRE(table.SetNames({"a", "b", "c"}).has_value());
  for (const char* name : {"a", "b", "c"}) {
    BOOST_TEST(TargetOf(table, name) == "function");
    BOOST_TEST(folder.Buckets(name) == 100);
  }
  BOOST_TEST(!fs::exists(routes / ".sets/.new-split-3"));
}

BOOST_AUTO_TEST_CASE(auto_follows_the_functions_health_and_nothing_else_does) {
  const Folder folder;
  auto table = folder.Open();
  BOOST_REQUIRE(table.SetNames({"a", "b"}).has_value());
  BOOST_REQUIRE(table.Set("a", To("auto")).has_value());
  BOOST_REQUIRE(table.Set("b", To("function")).has_value());
  for (const char* name : {"a", "b", "unknown"}) {
    BOOST_TEST(table.Health(name, false).has_value());
  }
  BOOST_TEST(folder.Buckets("a") == 0);
  BOOST_TEST(folder.Buckets("b") == 100);
  BOOST_TEST(!folder.Has("unknown"));
  BOOST_REQUIRE(table.Set("b", To("auto")).has_value());  // known to be ill
  BOOST_TEST(folder.Buckets("b") == 0);
  BOOST_TEST(table.Health("a", true).has_value());
  BOOST_TEST(folder.Buckets("a") == 100);
  BOOST_TEST(TargetOf(table, "a") == "auto");
}

BOOST_AUTO_TEST_CASE(at_every_moment_of_a_switch_one_state_is_there_whole) {
  const Folder folder;
  auto table = folder.Open();
  BOOST_REQUIRE(table.SetNames({"a"}).has_value());
  std::atomic<bool> stop = false;
  std::atomic<long> looks = 0;
  std::atomic<long> absent = 0;
  std::thread looker([&] {
    const std::string file = folder.path / "routes/a/function";
    for (; !stop; ++looks) absent += access(file.c_str(), F_OK) == 0 ? 0 : 1;
  });
  for (int i = 0; i < 200 || looks < 1000; ++i) {
    BOOST_REQUIRE(table.Set("a", To("split:" + std::to_string(i % 101))).has_value());
  }
  stop = true;
  looker.join();
  BOOST_TEST(absent == 0);
}

BOOST_AUTO_TEST_CASE(b6_others_get_in_only_when_nginx_is_another_user) {
  const Folder folder;
  const fs::path routes = folder.path / "routes";
  auto own = folder.Open();
  BOOST_REQUIRE(own.SetNames({"a"}).has_value());
  for (const char* each : {"", ".sets", "a"}) BOOST_TEST(ModeOf(routes / each) == 0700u);

  fs::remove_all(routes);
  BOOST_REQUIRE(chmod(folder.path.c_str(), 0711) == 0);
  auto shared = folder.Open("monolith", "nobody");
  BOOST_REQUIRE(shared.SetNames({"a"}).has_value());
  for (const char* each : {"", ".sets", "a"}) BOOST_TEST(ModeOf(routes / each) == 0711u);
}

BOOST_AUTO_TEST_CASE(b6_a_folder_that_keeps_nginx_out_is_named) {
  const Folder folder;  // 0700
  const RouteTable::Settings settings{folder.path / "routes", To("monolith"), "nobody"};
  const auto closed = RouteTable::Open(settings);
  BOOST_REQUIRE(!closed.has_value());
  const std::string path = folder.path.string();
  BOOST_TEST(closed.error() ==
             path + ": NGINX's user nobody may not pass through it; chmod o+x " + path);
  auto unknown = settings;
  unknown.reader = "no-such-user";
  BOOST_TEST(RouteTable::Open(unknown).error() == "there is no user no-such-user");
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_named) {
  const auto table = RouteTable::Open({"/nowhere/routes", To("monolith"), ""});
  BOOST_REQUIRE(!table.has_value());
  BOOST_TEST(table.error() == "/nowhere/routes: cannot make the folder: No such file or directory");
}
