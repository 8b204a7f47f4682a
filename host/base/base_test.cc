#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "host/base/config.h"
#include "host/base/json_text.h"
#include "host/base/log.h"
#include "host/base/utf8.h"

using namespace std::string_literals;

BOOST_AUTO_TEST_CASE(code_points_are_counted_not_bytes) {
  BOOST_TEST(host::CodePoints("").value() == 0u);
  BOOST_TEST(host::CodePoints("Schnabeltier").value() == 12u);
  BOOST_TEST(host::CodePoints("h\xC3\xA9").value() == 2u);
  BOOST_TEST(host::CodePoints("\xF0\x9F\xA6\x86").value() == 1u);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_refused) {
  for (const auto& bad : {"\xFF"s, "\x80"s, "\xC3"s, "\xC0\xAF"s, "\xE0\x80\xAF"s, "\xED\xA0\x80"s,
                          "\xF4\x90\x80\x80"s, "a\xC3z"s, "\xF0\x9F\xA6"s}) {
    BOOST_TEST(!host::IsUtf8(bad));
  }
}

BOOST_AUTO_TEST_CASE(json_strings_escape_and_repair) {
  BOOST_TEST(host::JsonString("a\"b\\c\n\x01 \xC3\xA9") == "\"a\\\"b\\\\c\\n\\u0001 \xC3\xA9\"");
  BOOST_TEST(host::JsonString("x\xFFy"s) == "\"x\xEF\xBF\xBDy\"");
  BOOST_TEST(host::JsonString("\0"s) == "\"\\u0000\"");
  BOOST_TEST(host::JsonString("\x7F") == "\"\\u007f\"");
}

BOOST_AUTO_TEST_CASE(a_log_line_is_one_json_object) {
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  host::Log("login", "abc", ends[1])
      .Warning("line\nbreak", {{"status", 200}, {"cold", true}, {"duration_ms", 1.5}});
  host::Log("login", "abc", ends[1]).Debug("not shown by default");
  close(ends[1]);
  char buffer[512];
  const ssize_t size = read(ends[0], buffer, sizeof buffer);
  close(ends[0]);
  BOOST_REQUIRE(size > 0);
  const std::string line(buffer, size);
  BOOST_TEST(line.starts_with("{\"ts\":\"20"));
  BOOST_TEST(
      line.ends_with("Z\",\"level\":\"warning\",\"msg\":\"line\\nbreak\",\"function\":\"login\","
                     "\"revision\":\"abc\","
                     "\"status\":200,\"cold\":true,\"duration_ms\":1.500}\n"));
}

BOOST_AUTO_TEST_CASE(a_missing_variable_is_named) {
  const host::Config none([](const std::string&) { return std::nullopt; });
  BOOST_CHECK_EXCEPTION(none.Text("DATABASE_URL_FILE"), std::runtime_error, [](const auto& error) {
    return std::string(error.what()).starts_with("DATABASE_URL_FILE is not set");
  });
  const host::Config lost([](const std::string&) { return std::optional("/nowhere/x"s); });
  BOOST_CHECK_EXCEPTION(lost.FileText("KEY_FILE"), std::runtime_error, [](const auto& error) {
    return std::string(error.what()) ==
           "KEY_FILE: cannot read /nowhere/x: No such file or directory";
  });
}
