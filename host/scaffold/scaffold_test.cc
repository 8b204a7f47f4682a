#include "host/scaffold/scaffold.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "host/manifest/manifest.h"

namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/fnhost-new-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

std::string Read(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

// That these files build and pass their test: the targets example_test and example in BUILD.
BOOST_AUTO_TEST_CASE(a_new_function_has_its_four_files_and_a_good_manifest) {
  const Folder folder;
  const auto made = host::MakeFunction(folder.path, "hello");
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error()));
  BOOST_TEST(*made == folder.path + "/hello");
  for (const char* file : {"BUILD", "handler.cc", "handler_test.cc", "function.json"}) {
    BOOST_TEST(Read(*made + "/" + file).find("hello") != std::string::npos, file);
    BOOST_TEST(Read(*made + "/" + file).find("{{") == std::string::npos, file);
  }
  const auto manifests = host::ReadManifests(folder.path);
  BOOST_REQUIRE(manifests.has_value());
  BOOST_TEST(manifests->at(0).name == "hello");
  BOOST_TEST(manifests->at(0).routes.at(0).path == "/hello");
}

BOOST_AUTO_TEST_CASE(what_is_there_already_is_left_alone) {
  const Folder folder;
  fs::create_directory(folder.path + "/there");
  std::ofstream(folder.path + "/file") << "mine";
  fs::create_symlink("nowhere", folder.path + "/link");
  for (const char* name : {"there", "file", "link"}) {
    const auto made = host::MakeFunction(folder.path, name);
    BOOST_TEST(!made.has_value());
    BOOST_TEST(made.error().find("exists already") != std::string::npos);
  }
  BOOST_TEST(fs::is_empty(folder.path + "/there"));
  BOOST_TEST(Read(folder.path + "/file") == "mine");
}

BOOST_AUTO_TEST_CASE(a_name_that_cannot_be_a_function_is_refused_before_anything_is_made) {
  const Folder folder;
  const std::string long_name(49, 'a');
  for (const std::string name :
       {"", "Hello", "1st", "_x", "a-b", "a b", "../up", "a/b", "a.b", "h\xC3\xA9", "healthz",
        "static", "fnhost", "revisions", "manifest", "handler_test", long_name.c_str()}) {
    BOOST_TEST(!host::MakeFunction(folder.path, name).has_value(), name);
  }
  BOOST_TEST(!host::MakeFunction(folder.path, std::string("a\0b", 3)).has_value());
  BOOST_TEST(fs::is_empty(folder.path));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_named_with_the_remedy) {
  const auto made = host::MakeFunction("/nowhere/functions", "hello");
  BOOST_REQUIRE(!made.has_value());
  BOOST_TEST(made.error().find("/nowhere/functions/hello") != std::string::npos);
  BOOST_TEST(made.error().find("--folder") != std::string::npos);
}
