#include "host/cli/manifests.h"

#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/revisions/identity.h"

namespace {

namespace fs = std::filesystem;

struct Host {
  Host() {
    std::string name = "/tmp/manifests-XXXXXX";
    folder = mkdtemp(name.data());
    config.functions = folder / "functions";
    config.state_dir = folder / "state";
    fs::create_directories(config.functions);
    fs::create_directories(config.state_dir);
  }
  ~Host() { fs::remove_all(folder); }

  // FOLDER/NAME and FOLDER/function.json; the revision's name.
  static std::string Put(const fs::path& to, const std::string& name, const std::string& path) {
    fs::create_directories(to);
    std::ofstream(to / name) << "#!/bin/sh";
    const std::string text =
        R"({"name": ")" + name + R"(", "summary": "s", "routes": [{"methods": ["GET"], "path": ")" +
        path +
        R"("}], "exposure": "public", "protocol": "fastcgi", "pool": {"mode": "static", "min": 1,
           "max": 1, "threads": 1, "idle_timeout_s": 60, "max_requests": 0}, "limits":
           {"body_bytes": 1000, "timeout_ms": 100, "memory_mb": 64, "rate": {"key": "ip", "per_second": 0,
           "burst": 0}}, "scope": "", "repeat_safe": false, "needs": []})";
    std::ofstream(to / "function.json") << text;
    return host::Identify((to / name).string(), text).value().name;
  }
  std::string Install(const std::string& name, const std::string& path) const {
    return Put(fs::path(config.functions) / name, name, path);
  }
  std::string Deploy(const std::string& name, const std::string& path) const {
    const fs::path revisions = fs::path(config.state_dir) / "revisions" / name;
    const std::string revision = Put(revisions / "new", name, path);
    fs::rename(revisions / "new", revisions / revision);
    return revision;
  }
  void Record(const std::string& name, const std::string& current,
              const std::string& installed) const {
    std::ofstream(config.state_dir + "/functions.json")
        << R"({"functions": {")" << name << R"(": {"current": ")" << current
        << R"(", "previous": "", "installed": ")" << installed
        << R"(", "min": null, "max": null}}})";
  }
  // "NAME PATH" of each.
  std::string Served() const {
    const auto manifests = host::ManifestsOf(config);
    if (!manifests) return "fault: " + manifests.error().at(0);
    std::string all;
    for (const auto& manifest : *manifests) {
      all += (all.empty() ? "" : ", ") + manifest.name + " " + manifest.routes.at(0).path;
    }
    return all;
  }

  fs::path folder;
  host::HostConfig config;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(without_records_it_is_what_the_folder_has, Host) {
  Install("b", "/b");
  Install("a", "/a");
  BOOST_TEST(Served() == "a /a, b /b");
  config.state_dir = "";
  BOOST_TEST(Served() == "a /a, b /b");
}

BOOST_FIXTURE_TEST_CASE(what_was_deployed_stands_until_the_folder_changes, Host) {
  const auto installed = Install("a", "/a");
  Record("a", Deploy("a", "/deployed"), installed);
  BOOST_TEST(Served() == "a /deployed");
  Install("a", "/newer");
  BOOST_TEST(Served() == "a /newer");
}

BOOST_FIXTURE_TEST_CASE(functions_may_be_there_by_a_deploy_alone, Host) {
  Install("b", "/b");
  const auto revision = Deploy("a", "/deployed");
  Record("a", revision, "");
  BOOST_TEST(Served() == "a /deployed, b /b");
  BOOST_TEST(host::ManifestOf(config, "a").value().routes.at(0).path == "/deployed");
  BOOST_TEST(host::ManifestOf(config, "c").error().at(0) == "there is no function c");
  Record("a", revision, revision);  // it came from the folder, and is gone from there
  BOOST_TEST(Served() == "b /b");
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_read_is_named, Host) {
  Record("a", "0123456789ab", "");
  BOOST_TEST(Served() == "fault: " + config.state_dir +
                             "/revisions/a/0123456789ab/function.json: (file): cannot be read, or "
                             "is empty");
  std::ofstream(config.state_dir + "/functions.json") << "[";
  BOOST_TEST(Served().starts_with("fault: " + config.state_dir + "/functions.json"));
}
