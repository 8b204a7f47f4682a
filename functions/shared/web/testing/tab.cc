#include "functions/shared/web/testing/tab.h"

#include "host/function/fields.h"

namespace web::testing {
namespace {

// The value of an attribute within a tag, "" when it is not there.
std::string Attribute(const std::string& tag, const std::string& name) {
  const std::string start = " " + name + "=\"";
  const size_t at = tag.find(start);
  if (at == std::string::npos) return "";
  const size_t from = at + start.size();
  return Shown(tag.substr(from, tag.find('"', from) - from));
}

void Split(const std::string& target, std::string& path, std::string& query) {
  const size_t mark = target.find('?');
  path = target.substr(0, mark);
  query = mark == std::string::npos ? "" : target.substr(mark + 1);
}

}  // namespace

std::vector<Form> FormsOf(const host::Response& page) {
  const std::string& html = page.body();
  std::vector<Form> forms;
  for (size_t at = 0; (at = html.find('<', at)) != std::string::npos; ++at) {
    const std::string tag = html.substr(at, html.find('>', at) - at);
    if (tag.starts_with("<form ")) {
      Form form{.method = Attribute(tag, "method"), .path = {}, .query = {}, .fields = {}};
      Split(Attribute(tag, "action"), form.path, form.query);
      forms.push_back(std::move(form));
    } else if (!forms.empty() && tag.starts_with("<input ") && Attribute(tag, "type") == "hidden") {
      forms.back().fields[Attribute(tag, "name")] = Attribute(tag, "value");
    }
  }
  return forms;
}

std::string Encode(const host::StringMap& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    text += (text.empty() ? "" : "&") + host::EncodeComponent(name) + "=" +
            host::EncodeComponent(value);
  }
  return text;
}

std::string Parameter(const std::string& url, const std::string& name) {
  host::RequestParts parts;
  Split(url, parts.path, parts.query_string);
  return std::string(host::Request(parts).query(name).value_or(""));
}

std::string Shown(const std::string& html) {
  static const std::pair<const char*, const char*> kEscapes[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
  std::string text = html;
  for (const auto& [escape, plain] : kEscapes) {
    for (size_t at = 0; (at = text.find(escape, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(escape).size(), plain);
    }
  }
  return text;
}

host::Response Tab::Get(const std::string& target) { return Send({.method = "GET"}, target); }

host::Response Tab::Post(const std::string& target, const host::StringMap& fields) {
  host::RequestParts parts{.method = "POST", .body = Encode(fields)};
  parts.headers["content-type"] = "application/x-www-form-urlencoded";
  return Send(std::move(parts), target);
}

host::Response Tab::Submit(const host::Response& page, const host::StringMap& fields,
                           size_t which) {
  Form form = FormsOf(page).at(which);
  for (const auto& [name, value] : fields) form.fields[name] = value;
  const std::string target = form.path + (form.query.empty() ? "" : "?" + form.query);
  if (form.method == "post") return Post(target, form.fields);
  return Get(form.path + "?" + Encode(form.fields));  // as browsers do: the action's query is lost
}

host::Response Tab::Follow(const host::Response& redirect) {
  BOOST_REQUIRE(redirect.status() == 303);
  const std::string location(redirect.header("location").value());
  BOOST_REQUIRE_MESSAGE(location.starts_with('/'), location);
  return Get(location);
}

host::Response Tab::Send(host::RequestParts parts, const std::string& target) {
  Split(target, parts.path, parts.query_string);
  parts.remote_address = address;
  for (const auto& [name, value] : headers) parts.headers[name] = value;
  std::string& sent = parts.headers["cookie"];
  for (const auto& [name, value] : cookies) sent += (sent.empty() ? "" : "; ") + name + "=" + value;
  auto response = server_.Call(handle_, std::move(parts));
  for (const auto& [name, value] : response.headers()) {
    if (name != "Set-Cookie") continue;
    const std::string cookie = value.substr(0, value.find(';'));
    const size_t equals = cookie.find('=');
    if (value.find("Max-Age=0;") != std::string::npos) {
      cookies.erase(cookie.substr(0, equals));
    } else {
      cookies[cookie.substr(0, equals)] = cookie.substr(equals + 1);
    }
  }
  return response;
}

}  // namespace web::testing
