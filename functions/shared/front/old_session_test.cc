#include "functions/shared/front/old_session.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "functions/shared/web/forms.h"

namespace {

using front::OldSessionCache;
using namespace std::chrono_literals;

host::Process ProcessWith(const host::Clock& clock,
                          std::map<std::string, std::string> environment) {
  environment.emplace("SESSION_ISSUER", "http://localhost:8080");
  return {.function = "test",
          .scope = "",
          .config = host::Config([environment](const std::string& name) {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional(found->second);
          }),
          .clock = clock,
          .log = host::Log("", "", -1),
          .pool = nullptr,
          .shared_mutex = {},
          .shared = {}};
}

host::Request With(const std::string& cookie) {
  return host::Request({.headers = {{"cookie", cookie}}});
}

struct Page {
  explicit Page(const std::string& cookie, const std::string& issuer = "http://localhost:8080")
      : process(ProcessWith(clock, {{"SESSION_ISSUER", issuer}})), request(With(cookie)) {}
  Page(host::StringMap headers, const std::string& bridge_url)
      : process(ProcessWith(clock, {{"SESSION_BRIDGE_URL", bridge_url}})),
        request({.headers = std::move(headers)}) {}
  host::FakeClock clock;
  host::Process process;
  host::Context context{process, host::SteadyTime::max()};
  host::Request request;
  web::Forms forms{request, context};
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_answer_counts_for_a_while) {
  OldSessionCache cache;
  const host::SteadyTime start{};
  BOOST_TEST(!cache.Find("1", start, 5s).has_value());
  cache.Keep("1", "token", start);
  cache.Keep("2", "", start);
  BOOST_TEST(cache.Find("1", start + 5s, 5s).value() == "token");
  BOOST_TEST(cache.Find("2", start + 5s, 5s).value() == "");
  BOOST_TEST(!cache.Find("1", start + 6s, 5s).has_value());
  BOOST_TEST(cache.Find("1", start + 6s, 5min).value() == "token");
}

BOOST_AUTO_TEST_CASE(the_cache_has_an_end) {
  OldSessionCache cache;
  for (size_t i = 0; i <= OldSessionCache::kMost; ++i) cache.Keep(std::to_string(i), "t", {});
  BOOST_TEST(!cache.Find("0", {}, 5s).has_value());
  BOOST_TEST(cache.Find(std::to_string(OldSessionCache::kMost), {}, 5s).has_value());
}

BOOST_AUTO_TEST_CASE(without_a_bridge_and_while_it_is_away_the_visitor_is_a_guest) {
  host::FakeClock clock;
  for (const std::string url : {"", "http://127.0.0.1:1/bridge/session/"}) {
    auto process = ProcessWith(clock, {{"SESSION_BRIDGE_URL", url}});
    host::Context context(process, host::SteadyTime::max());
    BOOST_TEST(front::OldSessionToken("123456789012345", With(""), context) == "");
  }
}

BOOST_AUTO_TEST_CASE(while_the_bridge_is_away_a_session_goes_on) {
  host::FakeClock clock;
  auto process = ProcessWith(clock, {{"SESSION_BRIDGE_URL", "http://127.0.0.1:1/"}});
  host::Context context(process, host::SteadyTime::max());
  auto& cache = context.Shared<OldSessionCache>([] { return std::make_shared<OldSessionCache>(); });
  cache.Keep("123456789012345", "token", clock.Steady());
  clock.Advance(4min);
  BOOST_TEST(front::OldSessionToken("123456789012345", With(""), context) == "token");
  clock.Advance(2min);
  BOOST_TEST(front::OldSessionToken("123456789012345", With(""), context) == "");
}

BOOST_AUTO_TEST_CASE(a_number_in_the_session_cookie_is_the_old_sites) {
  const Page old("session=123456789012345");
  BOOST_TEST(old.forms.session() == "");
  BOOST_TEST(old.forms.OldSession() == "123456789012345");
  const Page ours("session=a.b.c");
  BOOST_TEST(ours.forms.session() == "a.b.c");
  BOOST_TEST(ours.forms.OldSession() == "");
  const Page both("session=123456789012345; __Host-session=a.b.c", "https://thoughts.example");
  BOOST_TEST(both.forms.session() == "a.b.c");
  BOOST_TEST(both.forms.OldSession() == "123456789012345");
}

BOOST_AUTO_TEST_CASE(a_bridged_sessions_forms_outlive_its_token) {
  Page page("session=123456789012345");
  page.forms.SetBridged("h.claims.signature");
  const auto form = page.forms.UserForm("post");
  page.forms.SetBridged("h2.claims.another");
  BOOST_TEST(page.forms.CheckUserForm(form, "post").has_value());
  page.forms.SetBridged("h.others.signature");
  BOOST_TEST(!page.forms.CheckUserForm(form, "post").has_value());
  page.forms.SetBridged("no token");
  BOOST_TEST(!page.forms.CheckUserForm(page.forms.UserForm("post"), "post").has_value());
}

BOOST_AUTO_TEST_CASE(a_form_of_the_old_site_is_taken_when_the_browser_says_it_is_on_this_site) {
  const auto taken = [](host::StringMap headers, const std::string& token = "",
                        const std::string& url = "http://127.0.0.1:1/") {
    return Page(std::move(headers), url).forms.IsOldForm(token);
  };
  BOOST_TEST(taken({{"origin", "http://localhost:8080"}}));
  BOOST_TEST(taken({{"origin", "http://a.example"}, {"host", "a.example"}}));
  BOOST_TEST(taken({{"sec-fetch-site", "same-origin"}}));
  BOOST_TEST(!taken({}));
  BOOST_TEST(!taken({{"origin", "http://evil.example"}}));
  BOOST_TEST(!taken({{"origin", "null"}}));
  BOOST_TEST(!taken({{"sec-fetch-site", "none"}}));
  BOOST_TEST(!taken({{"sec-fetch-site", "same-site"}, {"origin", "http://localhost:8080"}}));
  BOOST_TEST(!taken({{"sec-fetch-site", "same-origin"}, {"origin", "http://evil.example"}}));
  BOOST_TEST(!taken({{"origin", "http://localhost:8080"}}, "token"));
  BOOST_TEST(!taken({{"origin", "http://localhost:8080"}}, "", ""));
}

BOOST_AUTO_TEST_CASE(a_log_out_ends_the_old_sites_cookie_too) {
  const auto ended = [](const Page& page) {
    auto response = host::Response::NoContent();
    page.forms.EndSessions(response);
    std::string cookies;
    for (const auto& [name, value] : response.headers()) {
      if (name == "Set-Cookie") cookies += value.substr(0, value.find(';')) + " ";
    }
    return cookies;
  };
  BOOST_TEST(ended(Page("session=123456789012345")) == "session= ");
  BOOST_TEST(ended(Page("session=123456789012345", "https://a.example")) ==
             "__Host-session= session= ");
  BOOST_TEST(ended(Page("__Host-session=a.b.c", "https://a.example")) == "__Host-session= ");
}
