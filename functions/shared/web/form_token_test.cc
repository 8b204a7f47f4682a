#include "functions/shared/web/form_token.h"

#include <boost/test/unit_test.hpp>
#include <set>

namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

bool Good(const std::string& token, std::string_view secret = kSecret,
          std::string_view purpose = "delete 7", int64_t now_s = kNow) {
  return web::CheckFormToken(token, secret, purpose, now_s).has_value();
}

const std::string& Token() {
  static const std::string token = web::MakeFormToken(kSecret, "delete 7", kNow);
  return token;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_form_token_is_good_for_an_hour) {
  BOOST_TEST(Good(Token()));
  BOOST_TEST(Good(Token(), kSecret, "delete 7", kNow + web::kFormSeconds - 1));
  BOOST_TEST(!Good(Token(), kSecret, "delete 7", kNow + web::kFormSeconds));
  BOOST_TEST(!Good(Token(), kSecret, "delete 7", kNow - 60));
}

BOOST_AUTO_TEST_CASE(d5_a_form_token_is_of_one_browser_and_one_purpose) {
  BOOST_TEST(!Good(Token(), "another secret of another browser"));
  BOOST_TEST(!Good(Token(), ""));
  BOOST_TEST(!Good(Token(), kSecret, "delete 8"));
  BOOST_TEST(!Good(Token(), kSecret, ""));
}

BOOST_AUTO_TEST_CASE(each_form_token_has_a_name_of_its_own) {
  std::set<std::string> names;
  for (int i = 0; i < 100; ++i) {
    const auto token = web::MakeFormToken(kSecret, "delete 7", kNow);
    names.insert(web::CheckFormToken(token, kSecret, "delete 7", kNow).value());
  }
  BOOST_TEST(names.size() == 100u);
}

BOOST_AUTO_TEST_CASE(no_part_of_a_form_token_can_be_changed) {
  for (size_t i = 0; i < Token().size(); ++i) {
    for (const char c : {'0', 'A', '.', '\n'}) {
      auto changed = Token();
      if (changed[i] == c) continue;
      changed[i] = c;
      BOOST_TEST(!Good(changed));
    }
  }
  BOOST_TEST(!Good(Token() + "A"));
  BOOST_TEST(!Good(Token().substr(0, Token().size() - 1)));
  for (const char* text : {"", ".", "..", "1..", "x.y.z"}) BOOST_TEST(!Good(text));
}

// The end of the name and the beginning of the purpose must not change places.
BOOST_AUTO_TEST_CASE(a_purpose_cannot_move_into_the_name) {
  const auto token = web::MakeFormToken(kSecret, "a\nb", kNow);
  const size_t dot = token.rfind('.');
  BOOST_TEST(!Good(token.substr(0, dot) + "\na" + token.substr(dot), kSecret, "b"));
}

BOOST_AUTO_TEST_CASE(a_secret_is_43_characters_and_new_each_time) {
  BOOST_TEST(web::RandomSecret().size() == 43u);
  BOOST_TEST(web::RandomSecret() != web::RandomSecret());
}
