#include "host/cli/compare/samples.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/manifest/path.h"

namespace {

host::Manifest Notes() {
  host::Manifest manifest;
  manifest.name = "notes";
  for (const char* path : {"/notes/", "/notes/{id:int}/"}) {
    manifest.routes.push_back({{"GET"}, path, host::ParsePath(path).value()});
  }
  manifest.routes.push_back({{"POST"}, "/write", host::ParsePath("/write").value()});
  return manifest;
}

struct Log {
  Log() {
    std::string name = "/tmp/samples-XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Log() { std::filesystem::remove_all(path); }
  void Add(const std::string& method, const std::string& uri, const std::string& function) const {
    std::ofstream(file(), std::ios::app)
        << R"({"ts":"x","method":")" << method << R"(","uri":")" << uri
        << R"(","status":200,"function":")" << function << "\"}\n";
  }
  std::string file() const { return path / "access.log"; }
  std::filesystem::path path;
};

using Paths = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(without_a_log_there_are_the_paths_without_parameters) {
  BOOST_TEST(host::SamplePaths(Notes(), "/nowhere/access.log", 10) == Paths({"/notes/"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_latest_gets_of_the_function_follow_each_once) {
  const Log log;
  log.Add("GET", "/notes/1/", "notes");
  log.Add("GET", "/notes/2/", "notes");
  log.Add("GET", "/notes/1/", "notes");
  log.Add("GET", "/notes/", "notes");
  log.Add("POST", "/notes/5/", "notes");
  log.Add("GET", "/other", "other");
  log.Add("GET", "(not ASCII)", "notes");
  std::ofstream(log.file(), std::ios::app) << "no JSON \"GET\"\n[\"GET\"]\n";
  std::ofstream(log.file(), std::ios::app) << R"({"method":"GET","uri":7,"function":"notes"})";
  BOOST_TEST(
      host::SamplePaths(Notes(), log.file(), 10) == Paths({"/notes/", "/notes/1/", "/notes/2/"}),
      boost::test_tools::per_element());
  BOOST_TEST(host::SamplePaths(Notes(), log.file(), 2) == Paths({"/notes/", "/notes/1/"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_the_end_of_a_long_log_is_looked_at) {
  const Log log;
  log.Add("GET", "/notes/1/", "notes");
  for (int i = 0; i < 1000; ++i) log.Add("GET", "/other", "other");
  BOOST_TEST(host::SamplePaths(Notes(), log.file(), 10, 10'000).size() == 1u);
  BOOST_TEST(host::SamplePaths(Notes(), log.file(), 10).size() == 2u);
}
