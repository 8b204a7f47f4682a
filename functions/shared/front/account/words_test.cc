#include "functions/shared/front/account/words.h"

#include <boost/test/unit_test.hpp>

using front::Json;

namespace {

std::string Shown(const char* text, const web::Data& data) { return web::Render(text, data); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_time_that_is_not_there_is_not_shown) {
  const Json token{{"creation", "2026-11-23T23:54:33.803687"}, {"last_use", nullptr}};
  const auto now = front::ParseTime("2026-11-23T23:59:40").value();
  web::Data data(web::Data::type::object);
  for (const char* name : {"creation", "last_use", "expiry"})
    front::SetTime(data, token, name, now);
  BOOST_TEST(Shown("{{#creation}}{{iso}}, {{ago}}, {{day}}, {{in_full}}{{/creation}}", data) ==
             "2026-11-23T23:54:33.803687Z, 5 min ago, 23 November 2026, "
             "23 November 2026, 23:54 UTC");
  BOOST_TEST(Shown("{{^last_use}}never{{/last_use}}{{#expiry}}x{{/expiry}}", data) == "never");
}

BOOST_AUTO_TEST_CASE(scopes_are_told_in_words_and_unknown_ones_by_name) {
  const web::Data data{"rights", front::Rights("thoughts:read new:scope")};
  BOOST_TEST(Shown("{{#rights}}{{words}};{{/rights}}", data) == "read your thoughts;new:scope;");
}
