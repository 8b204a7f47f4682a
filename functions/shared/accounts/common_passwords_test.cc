#include "functions/shared/accounts/common_passwords.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace {

std::vector<std::string> Lines() {
  std::vector<std::string> lines;
  std::string_view rest = accounts::kCommonPasswords;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_list_is_sorted_folded_and_long_enough_to_matter) {
  const auto lines = Lines();
  BOOST_TEST(lines.size() > 8000u);
  BOOST_TEST(std::ranges::is_sorted(lines));
  for (const auto& line : lines) {
    BOOST_TEST(line.size() >= 8u, line);
    BOOST_TEST(std::ranges::none_of(line, [](char c) { return c >= 'A' && c <= 'Z'; }), line);
  }
}

BOOST_AUTO_TEST_CASE(every_line_is_found_in_any_case_and_its_neighbours_are_not) {
  for (auto line : Lines()) {
    BOOST_TEST(accounts::IsCommonPassword(line), line);
    for (char& c : line) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
    }
    BOOST_TEST(accounts::IsCommonPassword(line), line);
    BOOST_TEST(!accounts::IsCommonPassword(line + "~"), line);
  }
  for (const char* other : {"", "\n", "password\n", "correct horse battery staple", "zzzzzzzzzzzzz",
                            "         ", "\xFF\xFF"}) {
    BOOST_TEST(!accounts::IsCommonPassword(other), other);
  }
}

BOOST_AUTO_TEST_CASE(a_word_of_the_site_with_digits_around_it_is_one) {
  for (const char* word : {"Thoughts1!", "123thoughts", "MyThoughts", "microblog2026"}) {
    BOOST_TEST(accounts::IsSiteWord(word), word);
  }
  for (const char* word : {"", "12345678", "thoughtful", "my thoughts on ducks"}) {
    BOOST_TEST(!accounts::IsSiteWord(word), word);
  }
}
