#include "tests/monolith/flows.h"

#include <boost/test/unit_test.hpp>
#include <regex>

namespace monolith {
namespace {

// Django's escapes of HTML.
std::string Plain(std::string html) {
  const std::pair<const char*, const char*> escapes[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#x27;", "'"}, {"&amp;", "&"}};
  for (const auto& [escape, character] : escapes) {
    for (size_t at = 0; (at = html.find(escape, at)) != html.npos; ++at) {
      html.replace(at, std::string_view(escape).size(), character);
    }
  }
  return html;
}

bool Has(const e2e::Answer& page, const std::string& part) {
  return page.body.find(part) != std::string::npos;
}

void CheckWriting(Visitor& visitor, const std::string& username, const std::string& once) {
  const std::string first = once + " 100%_<b>&\"'\\ Ärger";
  const std::string second = once + " zwei";
  BOOST_TEST(visitor.Write(first) == "/thoughts/");
  BOOST_TEST(visitor.Write(second) == "/thoughts/");
  BOOST_TEST(visitor.Write("") == "/thoughts/?refused=1");
  BOOST_TEST(visitor.Write(std::string(251, 'x')) == "/thoughts/?refused=1");
  BOOST_TEST(Has(visitor.Get("/thoughts/?refused=1"), "id=\"refused\""));
  for (const char* page : {"/", "/thoughts/"}) {
    const auto thoughts = ThoughtsOf(visitor.Get(page));
    BOOST_REQUIRE(thoughts.size() >= 2u);
    BOOST_TEST(thoughts[0].text == second, page << " does not begin with the newest");
    BOOST_TEST(thoughts[1].text == first);
    BOOST_TEST(thoughts[1].username == username);
    BOOST_TEST(thoughts[0].id > thoughts[1].id);
    BOOST_TEST(thoughts[0].timestamp > thoughts[1].timestamp);
  }
}

void CheckSearching(Visitor& visitor, const std::string& once) {
  const auto found = [&](const std::string& words) {
    return ThoughtsOf(visitor.Get("/search?search=" + e2e::Encode(words))).size();
  };
  BOOST_TEST(found(once) == 2u);
  BOOST_TEST(found(once + " ZWEI") == 1u);
  BOOST_TEST(found(once + " 100%_<B>&\"'\\ ÄR") == 1u);
  BOOST_TEST(found(once + "%") == 0u);
  BOOST_TEST(found(once + "_") == 0u);
}

}  // namespace

e2e::Answer Visitor::Send(e2e::Ask ask) {
  if (!cookie.empty()) ask.headers.push_back("Cookie: session=" + cookie);
  auto answer = e2e::Send(ask);
  const auto set = answer.header("set-cookie");
  static const std::regex session(" *session=\"?([^;\"]*)");
  std::smatch found;
  if (std::regex_search(set, found, session)) cookie = found[1];
  return answer;
}

e2e::Answer Visitor::Get(const std::string& target) { return Send({.url = site_url_ + target}); }

e2e::Answer Visitor::Post(const std::string& path, const std::string& form) {
  return Send({.method = "POST",
               .url = site_url_ + path,
               .headers = {"Content-Type: application/x-www-form-urlencoded"},
               .body = form});
}

std::string Visitor::LogIn(const std::string& name, const std::string& password) {
  return Post("/login/", "username=" + e2e::Encode(name) + "&password=" + e2e::Encode(password))
      .header("location");
}

std::string Visitor::Write(const std::string& text) {
  return Post("/thoughts/new", "text=" + e2e::Encode(text)).header("location");
}

std::string Visitor::User() {
  const auto page = Get("/").body;
  static const std::regex name("<b id=\"user\">([^<]*)</b>");
  std::smatch found;
  return std::regex_search(page, found, name) ? Plain(found[1]) : "";
}

std::vector<Listed> ThoughtsOf(const e2e::Answer& page) {
  static const std::regex row(
      "<li data-id=\"([0-9]+)\"><b>([^<]*)</b> <time>([^<]*)</time> <q>([^<]*)</q></li>");
  std::vector<Listed> thoughts;
  for (std::sregex_iterator at(page.body.begin(), page.body.end(), row), end; at != end; ++at) {
    thoughts.push_back({std::stol((*at)[1]), Plain((*at)[2]), (*at)[3], Plain((*at)[4])});
  }
  return thoughts;
}

void CheckPages(const std::string& site_url, const std::string& username,
                const std::string& password, const std::string& once) {
  Visitor visitor(site_url);
  for (const char* page : {"/", "/login/", "/thoughts/", "/search?search=x"}) {
    BOOST_TEST(visitor.Get(page).status == 200, page);
  }
  BOOST_TEST(visitor.User() == "");
  BOOST_TEST(visitor.Write("a guest's") == "/login/");
  BOOST_TEST(visitor.LogIn(username, password + "x") == "/login/?wrong=1");
  BOOST_TEST(visitor.LogIn("nobody " + once, password) == "/login/?wrong=1");
  BOOST_TEST(visitor.cookie == "");
  BOOST_TEST(Has(visitor.Get("/login/?wrong=1"), "id=\"wrong\""));
  BOOST_TEST(visitor.LogIn(username, password) == "/thoughts/");
  BOOST_TEST(visitor.User() == username);
  CheckWriting(visitor, username, once);
  CheckSearching(visitor, once);
  BOOST_TEST(visitor.Get("/logout/").header("location") == "/");
  BOOST_TEST(visitor.cookie == "");
  visitor.cookie = "1234567";  // a session that nobody has
  BOOST_TEST(visitor.User() == "");
}

}  // namespace monolith
