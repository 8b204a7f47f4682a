#include "tests/migration/person.h"

#include <algorithm>
#include <regex>
#include <thread>
#include <utility>

#include "tests/instance/instance.h"

namespace migration {
namespace {

std::string Found(const std::string& text, const std::regex& pattern) {
  std::smatch found;
  return std::regex_search(text, found, pattern) ? found[1].str() : "";
}

// The name that a page of either site shows as logged in.
std::string WhoIs(const std::string& page) {
  static const std::regex old_site("<b id=\"user\">([^<]*)</b>");
  static const std::regex ours("class=\"name\"><bdi>([^<]*)</bdi>");
  const auto name = Found(page, old_site);
  return name.empty() ? Found(page, ours) : name;
}

// What the form that is sent to `action` holds as its token; "" where there is none.
std::string TokenFor(const std::string& page, const std::string& action) {
  const size_t form = page.find("action=\"" + action);
  if (form == std::string::npos) return "";
  static const std::regex token("name=\"form\" value=\"([^\"]*)\"");
  return Found(page.substr(form, page.find("</form>", form) - form), token);
}

std::string Location(const e2e::Answer& answer) {
  return answer.status == 302 || answer.status == 303 ? answer.header("location") : "";
}

[[noreturn]] void Fail(const std::string& what, const e2e::Answer& answer) {
  throw Fault(what + ": " + std::to_string(answer.status) + " " + answer.error + " location \"" +
              answer.header("location") + "\", request " + answer.header("x-request-id") + ": " +
              answer.body.substr(0, 200));
}

}  // namespace

Person::Person(std::string name, std::string password, int number)
    : name_(std::move(name)),
      password_(std::move(password)),
      address_("10.9.0." + std::to_string(number)) {}

e2e::Answer Person::Ask(const std::string& method, const std::string& target,
                        const std::string& body) {
  std::string jar;
  for (const auto& [name, value] : cookies_) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
  e2e::Ask ask{.method = method,
               .url = e2e::Public(target),
               .headers = {"X-Forwarded-For: " + address_, "Cookie: " + jar},
               .body = body};
  if (method == "POST") {
    ask.headers.push_back("Content-Type: application/x-www-form-urlencoded");
    ask.headers.push_back("Origin: " + e2e::Public(""));
    ask.headers.push_back("Sec-Fetch-Site: same-origin");
  }
  auto answer = client_.Send(ask);
  ++requests_;
  TakeCookies(answer);
  return answer;
}

void Person::TakeCookies(const e2e::Answer& answer) {
  static const std::regex parts("([^=; ]+)=\"?([^;\"]*)\"?(.*)");
  const auto [first, last] = answer.headers.equal_range("set-cookie");
  for (auto each = first; each != last; ++each) {
    std::smatch found;
    if (!std::regex_match(each->second, found, parts)) continue;
    if (found[3].str().find("Max-Age=0") != std::string::npos) {
      cookies_.erase(found[1]);
    } else {
      cookies_[found[1]] = found[2];
    }
  }
}

std::string Person::Look(const std::string& target) {
  const auto page = Ask("GET", target, "");
  if (page.status != 200) Fail(name_ + " looks at " + target, page);
  const auto who = WhoIs(page.body);
  if (who != (logged_in_ ? name_ : "")) {
    Fail(name_ + " looks at " + target + " and is taken for \"" + who + "\"", page);
  }
  return page.body;
}

void Person::LogIn() {
  const auto page = Ask("GET", "/login/", "");
  if (page.status != 200) Fail(name_ + " wants to log in", page);
  const auto answer = Ask("POST", "/login/",
                          "username=" + e2e::Encode(name_) + "&password=" + e2e::Encode(password_) +
                              "&form=" + e2e::Encode(TokenFor(page.body, "/login/")));
  const auto to = Location(answer);
  if (to.empty() || to.starts_with("/login/")) Fail(name_ + " logs in", answer);
  logged_in_ = true;
}

void Person::LogOut() {
  auto answer = Ask("GET", "/logout/", "");
  if (answer.status == 200) {  // ours asks first
    answer = Ask("POST", "/logout/", "form=" + e2e::Encode(TokenFor(answer.body, "/logout/")));
  }
  if (Location(answer).empty()) Fail(name_ + " logs out", answer);
  logged_in_ = false;
  if (!KindOfSession().empty()) Fail(name_ + " logged out and still has a session", answer);
  Look("/");
}

void Person::Write(const std::string& text) {
  const auto page = Look("/");
  const auto token = TokenFor(page, "/thoughts/new");
  const auto answer =
      Ask("POST", "/thoughts/new",
          "text=" + e2e::Encode(text) + (token.empty() ? "" : "&form=" + e2e::Encode(token)));
  const auto to = Location(answer);
  if (to != "/thoughts/" && to != "/?note=posted") Fail(name_ + " writes " + text, answer);
}

void Person::TakeOldSession(const std::string& number) {
  cookies_["session"] = number;
  logged_in_ = true;
}

void Person::LookUntilGuest(const std::string& target, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto page = Ask("GET", target, "");
    if (page.status != 200) Fail(name_ + " looks at " + target, page);
    if (WhoIs(page.body).empty()) break;
    if (std::chrono::steady_clock::now() > end) Fail(name_ + " is still logged in", page);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  logged_in_ = false;
}

std::string Person::KindOfSession() const {
  const auto session = cookies_.find("session");
  if (session == cookies_.end()) return "";
  return std::ranges::all_of(session->second, [](char c) { return c >= '0' && c <= '9'; })
             ? "number"
             : "token";
}

}  // namespace migration
