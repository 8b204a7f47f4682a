#include "host/revisions/function_records.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using host::FunctionRecords;
using host::ParseFunctionRecords;

namespace {

struct State {
  State() { BOOST_REQUIRE(mkdtemp(path.data()) != nullptr); }
  ~State() { std::filesystem::remove_all(path); }
  std::string file() const { return path + "/functions.json"; }
  void Write(const std::string& text) const { std::ofstream(file()) << text; }
  std::string Read(const std::string& name) const {
    std::ifstream in(path + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string path = "/tmp/fnhost-records-XXXXXX";
};

const FunctionRecords kTwo = {
    {"login",
     {.current = "0123456789ab",
      .previous = "ba9876543210",
      .installed = "0123456789ab",
      .min = 0,
      .max = 6}},
    {"null", {.current = "aaaaaaaaaaaa", .previous = "", .installed = "", .min = {}, .max = {}}}};

std::string Record(const std::string& key, const std::string& value) {
  std::string text = R"({"functions": {"a": {"current": "0123456789ab", "previous": "",)"
                     R"( "installed": "", "min": null, "max": null}}})";
  const size_t at = text.find("\"" + key + "\": ") + key.size() + 4;
  return text.replace(at, text.find_first_of(",}", at) - at, value);
}

std::string FirstFault(const std::string& json) {
  const auto records = ParseFunctionRecords(json, "F");
  return records ? "" : records.error().at(0);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_is_saved_is_read_again_and_is_the_users_alone, State) {
  const host::Log log;
  for (const FunctionRecords& records : {kTwo, FunctionRecords()}) {
    BOOST_TEST(host::SaveFunctionRecords(path, records).has_value());
    const auto read = host::ReadFunctionRecords(path, log);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == records));
  }
  struct stat there{};
  stat(file().c_str(), &there);
  BOOST_TEST((there.st_mode & 0777) == 0600u);
  BOOST_TEST(!std::filesystem::exists(file() + ".new"));
}

BOOST_FIXTURE_TEST_CASE(without_a_file_there_are_no_records, State) {
  const auto read = host::ReadFunctionRecords(path, host::Log());
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->empty());
}

BOOST_FIXTURE_TEST_CASE(a_damaged_file_is_told_and_set_aside, State) {
  const int fd = open((path + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const host::Log log("", "", fd);
  for (const std::string damage : {"{\"functions\": {\"logi", "", "\xff\xfe"}) {
    Write(damage);
    const auto read = host::ReadFunctionRecords(path, log);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->empty());
    BOOST_TEST(Read("functions.json.bad") == damage);
    BOOST_TEST(!std::filesystem::exists(file()));
  }
  close(fd);
  BOOST_TEST(Read("log").find("functions.json: is no JSON object") != std::string::npos);
  BOOST_TEST(Read("log").find("functions.json.bad") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_cannot_be_read_is_no_reason_to_forget_it, State) {
  std::filesystem::create_directory(file());
  const auto read = host::ReadFunctionRecords(path, host::Log());
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST(read.error().starts_with(file() + ": "));
  BOOST_TEST(std::filesystem::exists(file()));
}

BOOST_FIXTURE_TEST_CASE(b7_a_file_that_cannot_be_written_is_told_and_the_old_one_stays, State) {
  BOOST_REQUIRE(host::SaveFunctionRecords(path, kTwo).has_value());
  const std::string old = Read("functions.json");
  std::filesystem::create_directories(file() + ".new/in the way");
  const auto saved = host::SaveFunctionRecords(path, {});
  BOOST_REQUIRE(!saved.has_value());
  BOOST_TEST(saved.error().starts_with(file() + ".new: "));
  BOOST_TEST(Read("functions.json") == old);
}

BOOST_AUTO_TEST_CASE(every_fault_names_file_and_key) {
  BOOST_TEST(FirstFault(Record("min", "2")) == "");
  BOOST_TEST(FirstFault("[]") == "F: is no JSON object");
  BOOST_TEST(FirstFault("{}") == "F: functions: must be an object");
  BOOST_TEST(FirstFault(R"({"functions": {}, "x": 1})") == "F: x: unknown key");
  BOOST_TEST(FirstFault(R"({"functions": {"a": 1}})") == "F: functions.a: must be an object");
  BOOST_TEST(
      FirstFault(R"({"functions": {"../a": {}}})").starts_with("F: functions.../a: must be"));
  BOOST_TEST(FirstFault(R"({"functions": {"a": {}}})") == "F: functions.a.current: missing");
  BOOST_TEST(FirstFault(Record("max", "1, \"x\": 2")) == "F: functions.a.x: unknown key");
  for (const char* bad : {"\"\"", "1", "null", "\"../../etc\"", "\"0123456789AB\""}) {
    BOOST_TEST(FirstFault(Record("current", bad)) ==
               "F: functions.a.current: must be a revision, 12 hex digits");
  }
  for (const char* bad : {"-1", "1.5", "257", "\"1\"", "true", "99999999999999999999"}) {
    BOOST_TEST(FirstFault(Record("max", bad)).starts_with("F: functions.a.max: must be a whole"));
  }
  std::string both = Record("min", "3");
  both.replace(both.find("null"), 4, "2");
  BOOST_TEST(FirstFault(both) == "F: functions.a.min: must not be above max");
}
