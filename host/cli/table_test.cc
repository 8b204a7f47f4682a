#include "host/cli/table.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_CASE(durations_have_two_units_at_most) {
  BOOST_TEST(host::Duration(12.9) == "12 s");
  BOOST_TEST(host::Duration(200) == "3 m 20 s");
  BOOST_TEST(host::Duration(18'120) == "5 h 2 m");
  BOOST_TEST(host::Duration(781'200) == "9 d 1 h");
}

BOOST_AUTO_TEST_CASE(large_numbers_are_short) {
  BOOST_TEST(host::Count(0) == "0");
  BOOST_TEST(host::Count(9'999) == "9999");
  BOOST_TEST(host::Count(12'345) == "12.3k");
  BOOST_TEST(host::Count(999'600) == "1.0M");
  BOOST_TEST(host::Count(4'500'000'000) == "4.5G");
  BOOST_TEST(host::Memory(0) == "0");
  BOOST_TEST(host::Memory(512) == "512 kB");
  BOOST_TEST(host::Memory(3'500) == "3.4 MB");
  BOOST_TEST(host::Memory(120 * 1024) == "120 MB");
  BOOST_TEST(host::Memory(1'300'000) == "1.2 GB");
  BOOST_TEST(host::Latency(-1) == "-");
  BOOST_TEST(host::Latency(0.0004) == "0.4 ms");
  BOOST_TEST(host::Latency(0.012) == "12 ms");
  BOOST_TEST(host::Latency(0.9999) == "1.0 s");
}

BOOST_AUTO_TEST_CASE(columns_are_aligned_and_lines_end_without_spaces) {
  const host::Table table{
      .columns = {{.title = "NAME"}, {.title = "N", .right = true}, {.title = "X"}},
      .rows = {{"a", "1", ""}, {"b\xc3\xa9", "20", "y"}}};
  BOOST_TEST(table.Text() ==
             "NAME   N  X\n"
             "a      1\n"
             "b\xc3\xa9    20  y\n");
}

BOOST_AUTO_TEST_CASE(a_line_wider_than_the_terminal_is_cut_where_a_character_ends) {
  BOOST_TEST(host::Cut("abcdef", 0) == "abcdef");
  BOOST_TEST(host::Cut("abcdef", 6) == "abcdef");
  BOOST_TEST(host::Cut("abcdef", 5) == "abcd~");
  BOOST_TEST(host::Cut("a\x1b[2J\nb", 0) == "a?[2J?b");
  BOOST_TEST(host::Cut("\xc3\xa9\xc3\xa9\xc3\xa9", 2) == "\xc3\xa9~");
  const host::Table table{.columns = {{.title = "NAME"}}, .rows = {{"a long name"}}};
  BOOST_TEST(table.Text(6) == "NAME\na lon~\n");
}
