#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/manifest/manifest.h"

BOOST_AUTO_TEST_SUITE(manifest_folders)

namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "manifests-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }

  void Write(const std::string& folder, const std::string& name, const std::string& method,
             const std::string& route) const {
    fs::create_directories(path / folder);
    std::ofstream(path / folder / "function.json")
        << R"({"name": ")" << name << R"(", "summary": "", "routes": [{"methods": [")" << method
        << R"("], "path": ")" << route << R"("}], "exposure": "public", "protocol": "fastcgi",
        "pool": {"mode": "static", "min": 1, "max": 1, "threads": 1, "idle_timeout_s": 60, "max_requests": 0},
        "limits": {"body_bytes": 1, "timeout_ms": 1000, "memory_mb": 64,
                   "rate": {"key": "ip", "per_second": 0, "burst": 0}},
        "scope": "", "repeat_safe": false, "needs": []})";
  }

  fs::path path;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(all_functions_come_by_name_and_other_folders_are_left_out, Folder) {
  Write("b", "b", "GET", "/x/");
  Write("a", "a", "POST", "/x");
  fs::create_directories(path / "shared");
  const auto manifests = host::ReadManifests(path.string());
  BOOST_REQUIRE(manifests.has_value());
  BOOST_REQUIRE(manifests->size() == 2u);
  BOOST_TEST(manifests->at(0).name == "a");
  BOOST_TEST(manifests->at(1).name == "b");
}

BOOST_FIXTURE_TEST_CASE(a_folder_of_another_name_is_refused, Folder) {
  Write("a", "b", "GET", "/x/");
  const auto manifests = host::ReadManifests(path.string());
  BOOST_REQUIRE(!manifests.has_value());
  BOOST_TEST(manifests.error().at(0).find("must be the folder's name \"a\"") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(two_functions_of_one_method_and_path_are_refused_whatever_the_slash,
                        Folder) {
  Write("a", "a", "GET", "/x/{one}/");
  Write("b", "b", "GET", "/x/{two}");
  const auto manifests = host::ReadManifests(path.string());
  BOOST_REQUIRE(!manifests.has_value());
  BOOST_TEST(manifests.error().at(0).find("GET /x/{two} is served by function \"a\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_or_file_that_is_not_there_is_named) {
  const auto manifests = host::ReadManifests("/nowhere/at/all");
  BOOST_REQUIRE(!manifests.has_value());
  BOOST_TEST(manifests.error().at(0).starts_with("/nowhere/at/all: "));
  BOOST_TEST(!host::ReadManifest("/nowhere/function.json").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
