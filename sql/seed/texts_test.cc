#include "sql/seed/texts.h"

#include <boost/test/unit_test.hpp>

#include "host/base/utf8.h"

namespace {

BOOST_AUTO_TEST_CASE(texts_keep_the_rules_of_thoughts) {
  const sql::Texts texts(1);
  size_t total = 0;
  for (uint64_t i = 0; i < 100000; ++i) {
    const auto text = texts.Make(i);
    const auto length = host::CodePoints(text);
    BOOST_REQUIRE_MESSAGE(length && *length >= 1 && *length <= 250, i << ": " << text);
    total += *length;
  }
  BOOST_TEST(total / 100000 > 40u);
  BOOST_TEST(total / 100000 < 90u);
}

BOOST_AUTO_TEST_CASE(the_same_seed_value_gives_the_same_texts) {
  const sql::Texts a(7), b(7), c(8);
  BOOST_TEST(a.Make(123) == b.Make(123));
  BOOST_TEST(a.Make(123) != c.Make(123));
  BOOST_TEST(a.Make(123) != a.Make(124));
}

BOOST_AUTO_TEST_CASE(rare_words_are_rare_and_common_ones_common) {
  const sql::Texts texts(1);
  int common = 0, rare = 0;
  for (uint64_t i = 0; i < 20000; ++i) {
    const auto text = texts.Make(i);
    common += text.find(" the ") != std::string::npos;
    rare += text.find("xylophone") != std::string::npos;
  }
  BOOST_TEST(common > 4000);
  BOOST_TEST(rare == 1);
}

}  // namespace
