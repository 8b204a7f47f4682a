#include "functions/shared/front/account/program.h"

#include <boost/test/unit_test.hpp>
#include <utility>

using front::ProgramName;

BOOST_AUTO_TEST_CASE(browsers_are_told_by_name_and_system) {
  const std::pair<const char*, const char*> kAgents[] = {
      {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
       "Firefox on Linux"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/131.0.0.0 Safari/537.36",
       "Chrome on Windows"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
       "Edge on Windows"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       "Version/18.1 Safari/605.1.15",
       "Safari on a Mac"},
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
       "Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
       "Safari on an iPhone"},
      {"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       "CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
       "Chrome on an iPad"},
      {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
       "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
       "Samsung Internet on Android"},
      {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/131.0.0.0 Safari/537.36",
       "Chrome on ChromeOS"},
      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "HeadlessChrome/131.0.0.0 Safari/537.36",
       "Chrome on Linux"},
      {"Mozilla/5.0 (compatible)", "A browser"},
  };
  for (const auto& [agent, words] : kAgents) BOOST_TEST(ProgramName(agent) == words, agent);
}

BOOST_AUTO_TEST_CASE(other_programs_are_told_by_the_name_they_begin_with) {
  BOOST_TEST(ProgramName("curl/8.11.0") == "curl");
  BOOST_TEST(ProgramName("python-requests/2.32 extra") == "python-requests");
  for (const char* agent :
       {"", "/1", "<b>x</b>/1", "\u00e4/1", "a-name-of-more-than-forty-characters-has-1"}) {
    BOOST_TEST(ProgramName(agent) == "An unknown program", agent);
  }
}
