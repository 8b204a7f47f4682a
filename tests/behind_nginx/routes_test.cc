// A running host between NGINX, a function and an old site: `fnhost route`, routes that follow
// their function's health, and a deploy that NGINX must know of.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>

#include "host/nginx_config/site_test_support.h"
#include "host/routing/monolith_test_support.h"
#include "host/routing/nginx_master.h"

namespace {

namespace fs = std::filesystem;
using host::testing::Answer;
using host::testing::OldSite;
using host::testing::Site;
using Json = nlohmann::json;
using std::chrono::steady_clock;

constexpr char kFnhost[] = "host/cli/fnhost";
constexpr char kNull[] = "functions/null/null";
constexpr auto kLimit = std::chrono::seconds(30);

std::string Read(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Asks again until it is so.
bool Becomes(const std::function<bool()>& so) {
  const auto deadline = steady_clock::now() + kLimit;
  while (!so()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

struct Ran {
  int exit_code = -1;
  std::string output;  // both streams
};

// The manifest of functions/null, for a function of another name at a path of its own.
Json ManifestFor(const std::string& name, const std::string& path) {
  Json manifest = Json::parse(Read("functions/null/function.json"));
  manifest["name"] = name;
  manifest["routes"][0]["path"] = path;
  manifest["pool"]["max"] = 1;
  return manifest;
}

// "good" answers {"hello":"world"}, "broken" ends at once, each at the path of its name.
class Host {
 public:
  Host() {
    Install("good", "");
    Install("broken", "#!/bin/sh\nexit 3\n");
    WriteConfig();
    Start();
  }
  ~Host() {
    Stop();
    fs::remove_all(folder_);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  void Start() {
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (freopen((folder_ / "log").c_str(), "a", stderr) == nullptr) _exit(126);
      execl(kFnhost, kFnhost, "run", "--config", Config().c_str(), nullptr);
      _exit(127);
    }
    BOOST_REQUIRE(Becomes([&] { return State("good") == "ready" && NginxHasTakenIt(); }));
  }
  void Stop() {
    if (pid_ < 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  Ran Run(const std::string& arguments) const {
    FILE* pipe = popen(
        (std::string(kFnhost) + " " + arguments + " --config " + Config() + " 2>&1").c_str(), "r");
    BOOST_REQUIRE(pipe != nullptr);
    Ran ran;
    char buffer[4096];
    for (size_t size = 0; (size = fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
      ran.output.append(buffer, size);
    }
    const int status = pclose(pipe);
    ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }
  // "function", "monolith", or the status of another answer.
  std::string Side(const std::string& path) const {
    const Answer answer = site.Get(path);
    if (answer.Header("x-old-site") == "yes") return "monolith";
    return answer.body.starts_with(R"({"hello":"world"})") ? "function"
                                                           : std::to_string(answer.status);
  }
  std::set<pid_t> NginxWorkers() const {
    const auto master = host::NginxMaster::Find(site.config().nginx.prefix + "/nginx.pid");
    return master ? master->Workers() : std::set<pid_t>();
  }
  std::string Config() const { return folder_ / "fnhost.json"; }
  std::string Log() const { return Read(folder_ / "log"); }
  const fs::path& folder() const { return folder_; }

 private:
  // A program of the text, else functions/null.
  void Install(const std::string& name, const std::string& program) const {
    const fs::path to = folder_ / "functions" / name;
    fs::create_directories(to);
    std::ofstream(to / "function.json") << ManifestFor(name, "/" + name);
    if (program.empty()) {
      fs::copy_file(kNull, to / name);
    } else {
      std::ofstream(to / name) << program;
      fs::permissions(to / name, fs::perms::owner_all);
    }
  }

  void WriteConfig() const {
    const auto& config = site.config();
    const Json tree = {{"functions", folder_ / "functions"},
                       {"run_dir", config.run_dir},
                       {"state_dir", config.state_dir},
                       {"metrics", config.metrics},
                       {"grace_ms", 2000},
                       {"nginx",
                        {{"public_port", config.nginx.public_port},
                         {"internal_port", config.nginx.internal_port},
                         {"prefix", config.nginx.prefix},
                         {"static_dir", config.nginx.static_dir},
                         {"user", config.nginx.user},
                         {"workers", config.nginx.workers}}},
                       {"monolith", {{"url", config.monolith->url}}}};
    std::ofstream(Config()) << tree;
  }

  // The file of a change that is under way is there until the new workers are.
  bool NginxHasTakenIt() const {
    const std::string file = site.config().nginx.prefix + "/nginx.conf";
    return Read(file).find("location = /good {") != std::string::npos && !fs::exists(file + ".new");
  }

  // What status says: "ready", "other", or "" when there is no host.
  std::string State(const std::string& function) const {
    const auto tree = Json::parse(Run("status --json").output, nullptr, false);
    if (!tree.is_object() || tree.value("state", "") != "running") return "";
    for (const auto& each : tree["functions"]) {
      if (each["name"] == function) return each["ready"] > 0 ? "ready" : "other";
    }
    return "";
  }

  const fs::path folder_ = [] {
    std::string name = "/tmp/routes-test-XXXXXX";
    return fs::path(mkdtemp(name.data()));
  }();
  pid_t pid_ = -1;

 public:
  OldSite old_site;
  // Without the functions: the host brings them.
  Site site{{}, "/nowhere", old_site.OverTcp()};
};

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(routes)

BOOST_FIXTURE_TEST_CASE(routes_are_moved_by_command_and_stay_where_they_are_put, Host) {
  const std::string url = site.config().monolith->url;
  BOOST_TEST(Run("route").output == "monolith " + url +
                                        "\nFUNCTION  TO         SERVING\n"
                                        "broken    monolith   monolith\n"
                                        "good      monolith   monolith\n");
  BOOST_TEST(Side("/good") == "monolith");
  const Ran moved = Run("route good --to function");
  BOOST_TEST(moved.exit_code == 0);
  BOOST_TEST(moved.output ==
             "good: all requests to the function; undo: fnhost route good --to "
             "monolith --config " +
                 Config() + "\n");
  BOOST_TEST(Side("/good") == "function");
  BOOST_TEST(Run("route good --to split:0").output ==
             "good: 0 % of clients to the function, the rest to " + url +
                 "; undo: fnhost route good --to function --config " + Config() + "\n");
  BOOST_TEST(Side("/good") == "monolith");
  const auto json = Json::parse(Run("route good --to split:100 --json").output);
  BOOST_TEST(json["routes"][0]["to"] == "split:100");
  BOOST_TEST(json["routes"][0]["was"] == "split:0");
  BOOST_TEST(Side("/good") == "function");

  const auto workers = NginxWorkers();
  Stop();
  Start();
  BOOST_TEST(Side("/good") == "function");
  BOOST_TEST(Json::parse(Run("route --json").output)["routes"][1]["to"] == "split:100");
  BOOST_TEST((NginxWorkers() == workers));  // it had the configuration
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_moved_is_refused, Host) {
  const auto refused = [&](const std::string& arguments, int exit_code, const std::string& why) {
    const Ran ran = Run(arguments);
    BOOST_TEST(ran.exit_code == exit_code, ran.output);
    BOOST_TEST(Holds(ran.output, why), ran.output);
  };
  refused("route nothing --to function", 1, "there is no function nothing");
  refused("route good --to split:101", 2, "split: takes the function's share");
  refused("route good --to somewhere", 2, "must be function, monolith, split:PERCENT");
  refused("route good", 2, "NAME and --to belong together");
  refused("route --to function", 2, "NAME and --to belong together");
}

BOOST_FIXTURE_TEST_CASE(b3_an_auto_route_leaves_a_function_that_crashes_and_comes_back, Host) {
  BOOST_TEST(Run("route broken --to auto").exit_code == 0);
  BOOST_TEST(Run("route good --to auto").exit_code == 0);
  BOOST_TEST(Becomes([&] { return Holds(Run("route").output, "broken    auto       monolith"); }));
  BOOST_TEST(Side("/broken") == "monolith");
  BOOST_TEST(Becomes([&] { return Side("/good") == "function"; }));
  BOOST_TEST(Holds(Run("route").output,
                   "broken    auto       monolith\n"
                   "good      auto       function\n"));
  BOOST_TEST(Holds(Log(), "the function cannot serve: its route is with the monolith"));
  const Ran deployed = Run(std::string("deploy broken --binary ") + kNull);
  BOOST_TEST(deployed.exit_code == 0, deployed.output);
  BOOST_TEST(Becomes([&] { return Side("/broken") == "function"; }));
  BOOST_TEST(Holds(Log(), "the function is back: its route is with it again"));
}

BOOST_FIXTURE_TEST_CASE(b2_a_deploy_that_changes_routes_is_done_when_nginx_leads_to_them, Host) {
  BOOST_TEST(Run("route good --to function").exit_code == 0);
  BOOST_TEST(Side("/good") == "function");
  std::ofstream(folder() / "manifest.json") << ManifestFor("good", "/better");
  const std::string manifest = " --manifest " + (folder() / "manifest.json").string();
  const Ran moved = Run(std::string("deploy good --binary ") + kNull + manifest);
  BOOST_TEST(moved.exit_code == 0, moved.output);
  BOOST_TEST(Side("/better") == "function");
  BOOST_TEST(Side("/good") == "monolith");

  std::ofstream(folder() / "manifest.json") << ManifestFor("fresh", "/fresh");
  const Ran fresh = Run(std::string("deploy fresh --binary ") + kNull + manifest);
  BOOST_TEST(fresh.exit_code == 0, fresh.output);
  BOOST_TEST(Side("/fresh") == "monolith");
  BOOST_TEST(Run("route fresh --to function").exit_code == 0);
  BOOST_TEST(Side("/fresh") == "function");

  const auto workers = NginxWorkers();
  std::ofstream(folder() / "again") << Read(kNull) << "x";  // another revision of the same routes
  const Ran same = Run("deploy fresh --binary " + (folder() / "again").string());
  BOOST_TEST(same.exit_code == 0, same.output);
  BOOST_TEST((NginxWorkers() == workers));
  BOOST_TEST(Read(site.config().nginx.prefix + "/nginx.conf") ==
             Run("nginx").output);  // one text, whoever renders it
}

BOOST_AUTO_TEST_SUITE_END()
