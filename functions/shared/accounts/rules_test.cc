#include "functions/shared/accounts/rules.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace std::string_literals;

namespace {

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_of_any_script_with_inner_spaces_are_fine) {
  for (const std::string& name :
       {"a"s, "Jane Doe"s, "a  b"s, "J\u00fcrgen"s, "\u0391\u03bb\u03af\u03ba\u03b7"s,
        "\u65e5\u672c\u8a9e"s, "\U0001F986"s, "'; DROP TABLE users; --"s, "%_\\"s, "<b>"s, "0"s,
        "e\u0301"s, std::string(50, 'x'), Repeat("\U0001F986", 50)}) {
    BOOST_TEST(accounts::IsUsername(name), name);
  }
}

BOOST_AUTO_TEST_CASE(names_that_cannot_be_told_apart_by_eye_are_refused) {
  for (const std::string& name : {""s,
                                  " a"s,
                                  "a "s,
                                  " "s,
                                  "a\tb"s,
                                  "a\nb"s,
                                  "a\0b"s,
                                  "a\x7F"s,
                                  "a\u0085"s,
                                  "a\u00a0b"s,
                                  "a\u00ad"s,
                                  "a\u200b"s,
                                  "a\u200d"s,
                                  "\u202ea"s,
                                  "\u2066a"s,
                                  "a\u2028"s,
                                  "a\u3000b"s,
                                  "\ufeffa"s,
                                  "a\ufe0f"s,
                                  "\ue000"s,
                                  "\ufdd0"s,
                                  "\uffff"s,
                                  "\U0001fffe"s,
                                  "\U000e0041"s,
                                  "\U000f0000"s,
                                  "\U0010ffff"s,
                                  "\u2800"s,
                                  "\u3164"s,
                                  "\xFF"s,
                                  "a\xC3"s,
                                  "\xED\xA0\x80"s,
                                  std::string(51, 'x'),
                                  Repeat("\u00e9", 51)}) {
    BOOST_TEST(!accounts::IsUsername(name), name);
  }
}

BOOST_AUTO_TEST_CASE(every_broken_rule_is_listed) {
  const auto errors = accounts::UsernameErrors(" " + std::string(60, 'x') + "\t");
  BOOST_TEST(errors.size() == 3u);
  for (const auto& error : errors) BOOST_TEST(error.field == "username");
  BOOST_TEST(accounts::PasswordErrors("\xFF", "new_password").size() == 2u);
  BOOST_TEST(accounts::PasswordErrors("\xFF", "new_password")[0].field == "new_password");
}

BOOST_AUTO_TEST_CASE(a_new_name_can_stand_in_a_path_of_a_url) {
  for (const std::string& name : {"a/b"s, "/"s, "."s, ".."s}) {
    BOOST_TEST(accounts::UsernameErrors(name).size() == 1u, name);
  }
  for (const std::string& name : {"..."s, ".a"s, "a."s, "a..b"s, "a\\b"s, "%2F"s}) {
    BOOST_TEST(accounts::UsernameErrors(name).empty(), name);
  }
}

BOOST_AUTO_TEST_CASE(passwords_have_8_to_1024_bytes) {
  BOOST_TEST(!accounts::PasswordErrors("1234567").empty());
  BOOST_TEST(accounts::PasswordErrors("7rq2x9pk").empty());
  BOOST_TEST(accounts::PasswordErrors("\u00e9\u00e9\u00e9\u00e9").empty());
  BOOST_TEST(accounts::PasswordErrors(" \x01 spaces ").empty());
  BOOST_TEST(accounts::PasswordErrors(std::string(1024, 'x')).empty());
  BOOST_TEST(!accounts::PasswordErrors(std::string(1025, 'x')).empty());
}

BOOST_AUTO_TEST_CASE(passwords_that_others_guess_first_are_refused) {
  const auto first = [](const std::string& password, const std::string& username = "") {
    const auto errors = accounts::PasswordErrors(password, "password", username);
    return errors.empty() ? "" : errors[0].detail;
  };
  BOOST_TEST(first("12345678") == "is one of the most common passwords");
  BOOST_TEST(first("PassWord1") == "is one of the most common passwords");
  BOOST_TEST(first("Thoughts2026") == "is what others would guess first here");
  BOOST_TEST(first("Jane Doe-Smith", "jane doe-smith") == "is the user name");
  BOOST_TEST(first("Jane Doe-Smith", "jane doe") == "");
}
