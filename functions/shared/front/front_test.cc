#include <boost/test/unit_test.hpp>
#include <chrono>

#include "functions/shared/front/api.h"
#include "functions/shared/front/visitor.h"
#include "functions/shared/front/when.h"

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(times_are_told_as_people_read_them) {
  const auto time = front::ParseTime("2026-11-23T23:54:33.803687").value();
  BOOST_TEST(front::When(time, time - 1min) == "now");
  BOOST_TEST(front::When(time, time + 59s) == "now");
  BOOST_TEST(front::When(time, time + 60s) == "1 min");
  BOOST_TEST(front::When(time, time + 59min) == "59 min");
  BOOST_TEST(front::When(time, time + 23h + 59min) == "23 h");
  BOOST_TEST(front::When(time, time + 24h) == "23 Nov");
  BOOST_TEST(front::When(time, time + 24h * 60) == "23 Nov 2026");
  BOOST_TEST(front::Ago(time, time - 1min) == "just now");
  BOOST_TEST(front::Ago(time, time + 23h) == "23 h ago");
  BOOST_TEST(front::Ago(time, time + 24h) == "on 23 Nov");
  BOOST_TEST(front::Day(time) == "23 November 2026");
  BOOST_TEST(front::InFull(time) == "23 November 2026, 23:54 UTC");
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_none) {
  for (const char* text : {"", "2026", "2026-13-01T00:00:00", "2026-02-30T00:00:00",
                           "2026-11-23 23:54:33", "2026-11-23T23:54", "-026-11-23T23:54:33"}) {
    BOOST_TEST(!front::ParseTime(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(cursors_are_read_from_links) {
  const std::string link =
      "</api/thoughts/?cursor=a%2Bb%3D&limit=20>; rel=\"next\", </api/thoughts/?cursor=c>; "
      "rel=\"prev\"";
  BOOST_TEST(front::CursorOf(link, "next") == "a+b=");
  BOOST_TEST(front::CursorOf(link, "prev") == "c");
  BOOST_TEST(front::CursorOf(link, "last") == "");
  for (const char* broken : {"", "<", "<x", "<x>; rel=\"next\"", "rel=\"next\""}) {
    BOOST_TEST(front::CursorOf(broken, "next") == "", broken);
  }
}

BOOST_AUTO_TEST_CASE(only_paths_of_this_site_are_gone_on_to) {
  BOOST_TEST(front::LocalPath("/thoughts/7/?a=b#c") == "/thoughts/7/?a=b#c");
  for (const char* path : {"", "x", "//evil.example", "/\\evil.example", "https://evil.example",
                           "/a b", "/a\r\nb", "/\t/evil.example", "/ä"}) {
    BOOST_TEST(front::LocalPath(path) == "/", path);
  }
}
