#include "tests/e2e/browser.h"

#include <boost/test/unit_test.hpp>
#include <utility>

namespace e2e {
namespace {

constexpr char kGrants[] =
    "{authorization_code,refresh_token,urn:ietf:params:oauth:grant-type:device_code}";

// The HTML of the forms that are to be posted, each from its tag to its end.
std::vector<std::string> PostForms(const std::string& html) {
  std::vector<std::string> forms;
  for (size_t at = 0; (at = html.find("<form ", at)) != std::string::npos; ++at) {
    const auto form = html.substr(at, html.find("</form>", at) - at);
    if (Attribute(form.substr(0, form.find('>')), "method") == "post") forms.push_back(form);
  }
  return forms;
}

std::string FindForm(const Answer& page, const std::string& mark) {
  for (const auto& form : PostForms(page.body)) {
    const bool leaves = form.find("action=\"/logout/\"") != std::string::npos;
    if (mark.empty() ? !leaves : form.find(mark) != std::string::npos) return form;
  }
  BOOST_FAIL("no such form: '" << mark << "' on " << page.status << page.body);
  return "";
}

}  // namespace

Answer Browser::Get(const std::string& target) { return Send({.url = Public(target)}); }

Answer Browser::Submit(const Answer& page, Fields fields, const std::string& mark) {
  const auto form = FindForm(page, mark);
  for (size_t at = 0; (at = form.find("<input ", at)) != std::string::npos; ++at) {
    const auto tag = form.substr(at, form.find('>', at) - at);
    if (Attribute(tag, "type") != "hidden") continue;
    fields.emplace(Attribute(tag, "name"), Attribute(tag, "value"));
  }
  std::string body;
  for (const auto& [field, value] : fields) body += field + "=" + Encode(value) + "&";
  return Send({"POST",
               Public(Attribute(form.substr(0, form.find('>')), "action")),
               {"Content-Type: application/x-www-form-urlencoded", "Origin: " + origin,
                "Sec-Fetch-Site: " + site},
               body});
}

Answer Browser::Follow(const Answer& redirect) {
  BOOST_REQUIRE_MESSAGE(redirect.status == 303, redirect.status << redirect.body);
  return Get(redirect.header("location"));
}

Answer Browser::SignIn(const Answer& page, const User& user) {
  return Follow(Submit(page, {{"username", user.username}, {"password", user.password}}));
}

Answer Browser::Send(Ask ask) {
  std::string line;
  for (const auto& [cookie, value] : cookies) {
    line += (line.empty() ? "Cookie: " : "; ") + cookie + "=" + value;
  }
  if (!line.empty()) ask.headers.push_back(line);
  if (!name.empty()) ask.headers.push_back("User-Agent: " + name);
  auto answer = e2e::Send(ask);
  const auto [first, last] = answer.headers.equal_range("set-cookie");
  for (auto at = first; at != last; ++at) {
    const std::string cookie = at->second.substr(0, at->second.find(';'));
    const size_t equals = cookie.find('=');
    if (at->second.find("; Max-Age=0;") != std::string::npos) {
      cookies.erase(cookie.substr(0, equals));
    } else {
      cookies[cookie.substr(0, equals)] = cookie.substr(equals + 1);
    }
  }
  return answer;
}

std::string Plain(std::string html) {
  static const std::pair<const char*, const char*> kEscapes[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
  for (const auto& [escape, plain] : kEscapes) {
    for (size_t at = 0; (at = html.find(escape, at)) != std::string::npos; ++at) {
      html.replace(at, std::string_view(escape).size(), plain);
    }
  }
  return html;
}

bool Shows(const Answer& page, const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += c;
    }
  }
  return page.body.find(escaped) != std::string::npos;
}

std::string Attribute(const std::string& tag, const std::string& name) {
  const std::string start = " " + name + "=\"";
  const size_t at = tag.find(start);
  if (at == std::string::npos) return "";
  const size_t from = at + start.size();
  return Plain(tag.substr(from, tag.find('"', from) - from));
}

std::string Parameter(const std::string& url, const std::string& name) {
  for (size_t at = url.find('?'); at != std::string::npos; at = url.find('&', at + 1)) {
    if (url.compare(at + 1, name.size() + 1, name + "=") != 0) continue;
    const size_t from = at + name.size() + 2;
    return url.substr(from, url.find('&', from) - from);
  }
  return "";
}

std::string NewClient(const std::string& redirect_uri) {
  const auto id = Encode(Unique("client"));
  Sql("INSERT INTO oauth_clients (id, name, auth_method, redirect_uris, grant_types, scopes, "
      "registered_from) VALUES ('" +
      id + "', 'Birdsong <i>', 'none', '{" + redirect_uri + "}', '" + kGrants +
      "', '{openid,profile,thoughts:read}', '" + id + "')");
  return id;
}

std::string Authorize(const std::string& client, const std::string& redirect_uri) {
  return "/oauth/authorize?response_type=code&client_id=" + Encode(client) +
         "&redirect_uri=" + Encode(redirect_uri) +
         "&scope=openid%20profile&state=s1"
         "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
}

}  // namespace e2e
