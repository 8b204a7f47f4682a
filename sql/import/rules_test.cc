#include "sql/import/rules.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "sql/import/thoughts.h"

namespace {

using sql::imports::Differences;
using sql::imports::IsTime;
using sql::imports::KeepHash;
using sql::imports::KeepText;
using sql::imports::NameFault;
using sql::imports::Piece;
using sql::imports::Range;

const std::string kRest = "04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

BOOST_AUTO_TEST_CASE(bcrypt_hashes_come_bare_or_with_django_s_prefix) {
  for (const std::string kind : {"$2a$", "$2b$", "$2y$"}) {
    BOOST_TEST(KeepHash(kind + kRest).value_or("") == kind + kRest);
    BOOST_TEST(KeepHash("bcrypt$" + kind + kRest).value_or("") == kind + kRest);
  }
}

BOOST_AUTO_TEST_CASE(other_hashes_are_refused_by_the_name_of_their_algorithm_alone) {
  BOOST_TEST(KeepHash("pbkdf2_sha256$260000$salt$secret").error().find(" (pbkdf2_sha256)") !=
             std::string::npos);
  BOOST_TEST(KeepHash("bcrypt_sha256$$2b$" + kRest).error().find(" (bcrypt_sha256)") !=
             std::string::npos);
  const std::vector<std::string> others = {"",
                                           "!",
                                           "secret",
                                           "$2x$" + kRest,
                                           "$2b$" + kRest + "x",
                                           "SECRET$x",
                                           "5f4dcc3b5aa765d61d8327deb882cf99"};
  for (const auto& hash : others) {
    const auto kept = KeepHash(hash);
    BOOST_REQUIRE(!kept);
    BOOST_TEST(kept.error().find('(') == std::string::npos, kept.error());
    BOOST_TEST((hash.size() < 3 || kept.error().find(hash) == std::string::npos), kept.error());
  }
}

BOOST_AUTO_TEST_CASE(a_name_says_all_that_is_wrong_with_it) {
  BOOST_TEST(NameFault("Ann O'Neill") == "");
  BOOST_TEST(NameFault("AC/DC") == "");  // logs in, as docs/decisions/0004 says
  BOOST_TEST(NameFault("") == "the name is empty");
  BOOST_TEST(NameFault(" a\x01") ==
             "the name has a space at its start or end, holds a character that cannot be seen");
  BOOST_TEST(NameFault(std::string(51, 'x')) == "the name has more than 50 characters");
  BOOST_TEST(NameFault("\xff") == "the name is not UTF-8");
}

BOOST_AUTO_TEST_CASE(texts_come_as_a_form_would_send_them_here) {
  BOOST_TEST(KeepText("two\r\nlines\t").value_or("") == "two\nlines\t");
  BOOST_TEST(KeepText(std::string(250, 'x')).has_value());
  BOOST_TEST(KeepText(std::string(249, 'x') + "\r\n").has_value());
  BOOST_TEST(KeepText(std::string(251, 'x')).error() == "the text has more than 250 characters");
  BOOST_TEST(KeepText(std::string(2000, 'x')).error() == "the text has more than 250 characters");
  BOOST_TEST(KeepText("").error() == "the text is empty: a thought has 1 to 250 characters");
  BOOST_TEST(KeepText("a\x0b").error() ==
             "the text holds control characters other than line feed and tab");
  BOOST_TEST(!KeepText("lone \r"));
  BOOST_TEST(!KeepText("\xc3"));
}

BOOST_AUTO_TEST_CASE(times_are_of_four_digit_years) {
  BOOST_TEST(IsTime("2026-11-28 08:49:57.819429+00"));
  BOOST_TEST(IsTime("0001-01-01 00:00:00+00"));
  for (const char* time : {"infinity", "-infinity", "", "10000-01-01 00:00:00+00",
                           "0044-03-15 12:00:00+00 BC", "2026-11-28 08:49:57.819429"}) {
    BOOST_TEST(!IsTime(time), time);
  }
}

bool Same(const Piece& piece, int64_t first, int64_t last, int64_t there, int64_t imported) {
  return piece.first_id == first && piece.last_id == last && piece.there == there &&
         piece.imported == imported;
}

BOOST_AUTO_TEST_CASE(equal_ranges_are_not_looked_at) {
  const std::vector<Range> ranges = {{0, 1000, "5"}, {1, 1024, "-7"}};
  BOOST_TEST(Differences(ranges, ranges).empty());
  BOOST_TEST(Differences({}, {}).empty());
}

BOOST_AUTO_TEST_CASE(a_range_differs_by_its_number_of_rows_or_by_what_they_hold) {
  const auto pieces = Differences({{0, 10, "5"}, {2, 10, "5"}, {4, 10, "5"}, {6, 1, "1"}},
                                  {{0, 9, "5"}, {2, 10, "6"}, {3, 2, "1"}, {4, 10, "5"}});
  BOOST_REQUIRE(pieces.size() == 3u);
  BOOST_TEST(Same(pieces[0], 0, 1023, 10, 9));
  BOOST_TEST(Same(pieces[1], 2048, 4095, 10, 12));  // neighbours, one of them gone there
  BOOST_TEST(Same(pieces[2], 6144, 7167, 1, 0));
}

BOOST_AUTO_TEST_CASE(neighbours_are_put_together_up_to_eight) {
  std::vector<Range> ranges;
  for (int64_t number = 0; number < 20; ++number) ranges.push_back({number, 1, "1"});
  const auto pieces = Differences(ranges, {});
  BOOST_REQUIRE(pieces.size() == 3u);
  BOOST_TEST(Same(pieces[0], 0, 8 * 1024 - 1, 8, 0));
  BOOST_TEST(Same(pieces[2], 16 * 1024, 20 * 1024 - 1, 4, 0));
}

}  // namespace
