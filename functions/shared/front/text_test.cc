#include "functions/shared/front/text.h"

#include <boost/test/unit_test.hpp>

using front::Piece;
using front::Pieces;

namespace {

// "plain[link](marked)": pieces as one text.
std::string Cut(std::string_view text, std::string_view search = "") {
  std::string out;
  for (const auto& piece : Pieces(text, search)) {
    std::string shown = piece.found ? "(" + piece.text + ")" : piece.text;
    out += piece.url.empty() ? shown : "[" + shown + "]";
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(addresses_become_links_without_the_sentence_around_them) {
  BOOST_TEST(Cut("see https://a.example/x?y=1#z.") == "see [https://a.example/x?y=1#z].");
  BOOST_TEST(Cut("(http://a.example)") == "([http://a.example])");
  BOOST_TEST(Cut("https://a.example/b_(c)") == "[https://a.example/b_(c)]");
  BOOST_TEST(Cut("https://a.example\nhttps://b.example") ==
             "[https://a.example]\n[https://b.example]");
  BOOST_TEST(Pieces("https://a.example/ä")[0].url == "https://a.example/ä");
}

BOOST_AUTO_TEST_CASE(d8_other_schemes_and_halves_of_addresses_are_plain_text) {
  for (const char* plain :
       {"javascript:alert(1)", "data:text/html,x", "ftp://a.example", "https://", "http:", "http",
        "HTTPS://a.example", "https:/a.example", "httphttp", ""}) {
    BOOST_TEST(Cut(plain) == plain, plain);
  }
  BOOST_TEST(Cut("https://a.example/\"onclick=x") == "[https://a.example/]\"onclick=x");
  BOOST_TEST(Cut("https://a.example/<b>") == "[https://a.example/]<b>");
}

BOOST_AUTO_TEST_CASE(matches_are_found_without_regard_to_case) {
  BOOST_TEST(Cut("Snake snakes", "SNAKE") == "(Snake) (snake)s");
  BOOST_TEST(Cut("Größe GRÖSSE", "größe") == "(Größe) (GRÖSSE)");
  BOOST_TEST(Cut("ΟΔΟΣ οδος", "οδοσ") == "(ΟΔΟΣ) (οδος)");
  BOOST_TEST(Cut("今日は良い", "良") == "今日は(良)い");
  BOOST_TEST(Cut("100% _", "%") == "100(%) _");
  BOOST_TEST(Cut("aaa", "aa") == "(aa)a");
  BOOST_TEST(Cut("abc", "x") == "abc");
}

BOOST_AUTO_TEST_CASE(matches_and_links_may_overlap) {
  BOOST_TEST(Cut("go https://a.example/b now", "a.example") ==
             "go [https://][(a.example)][/b] now");
  for (const auto& piece : Pieces("go https://a.example/b now", "o https")) {
    BOOST_TEST((piece.url.empty() || piece.url == "https://a.example/b"));
  }
}

BOOST_AUTO_TEST_CASE(nothing_of_the_text_is_lost) {
  for (const char* each :
       {"", "x", "\xFF\xFE broken", "https://a.example x https://a.example", "ßßß", "a\nb\n"}) {
    for (const char* search : {"", "a", "s", "\xFF"}) {
      std::string whole;
      for (const auto& piece : Pieces(each, search)) whole += piece.text;
      BOOST_TEST(whole == each);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
