// GET /u/{username}/feed.atom  ->  the newest 20 thoughts of a user as Atom (RFC 4287)

#include <algorithm>

#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "host/base/utf8.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr size_t kTitlePoints = 60;

// Without the two code points of UTF-8 that XML 1.0 does not know: U+FFFE and U+FFFF.
std::string ForXml(std::string text) {
  for (const char* unknown : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (size_t at = 0; (at = text.find(unknown, at)) != std::string::npos;) text.erase(at, 3);
  }
  return text;
}

// The beginning, in one line.
std::string TitleOf(const std::string& text) {
  size_t end = 0;
  for (size_t i = 0; i < kTitlePoints && end < text.size(); ++i) host::NextCodePoint(text, end);
  std::string title = text.substr(0, end) + (end < text.size() ? "…" : "");
  std::ranges::replace(title, '\n', ' ');
  return title;
}

web::Data Entry(const front::Json& thought) {
  const auto text = ForXml(thought.at("text").get<std::string>());
  web::Data entry{"title", TitleOf(text)};
  entry.set("path", "/thoughts/" + std::to_string(thought.at("id").get<int64_t>()) + "/");
  entry.set("timestamp", thought.at("timestamp").get<std::string>() + "Z");
  entry.set("text", text);
  return entry;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const std::string api =
        "/api/users/" + host::EncodeComponent(visitor.request().route("username")) + "/";
    const auto user = visitor.api().Get(api);
    if (!user) return visitor.Failed(user.error());
    const auto list = visitor.api().Get(api + "thoughts/?sort=-id&limit=20");
    if (!list) return visitor.Failed(list.error());
    const auto name = user->body.at("username").get<std::string>();
    web::Data entries(web::Data::type::list);
    for (const auto& thought : list->body) entries.push_back(Entry(thought));
    web::Data data{"username", name};
    data.set("site", visitor.issuer());
    data.set("user_page", front::UserPath(name));
    data.set("updated",
             (list->body.empty() ? user->body.at("creation") : list->body.front().at("timestamp"))
                     .get<std::string>() +
                 "Z");
    data.set("entries", entries);
    auto response = host::Response::Text(200, "application/atom+xml; charset=utf-8",
                                         web::Render(Template("feed.xml"), data));
    response.Header("Cache-Control", "public, max-age=60");
    response.Header("X-Content-Type-Options", "nosniff");
    return response;
  });
}

}  // namespace function
