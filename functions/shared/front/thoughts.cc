#include "functions/shared/front/thoughts.h"

#include "functions/shared/front/text.h"
#include "functions/shared/front/when.h"
#include "host/function/fields.h"

namespace front {

std::string UserPath(std::string_view username) {
  return "/u/" + host::EncodeComponent(username) + "/";
}

web::Data ThoughtData(Visitor& visitor, const Json& thought, std::string_view search) {
  const auto username = thought.at("username").get<std::string>();
  const auto timestamp = thought.at("timestamp").get<std::string>();
  const auto path = "/thoughts/" + std::to_string(thought.at("id").get<int64_t>()) + "/";
  web::Data data{"path", path};
  data.set("username", username);
  data.set("user_page", UserPath(username));
  data.set("timestamp", timestamp + "Z");
  if (const auto time = ParseTime(timestamp)) {
    data.set("when", When(*time, visitor.Now()));
    data.set("in_full", InFull(*time));
  }
  data.set("pieces", PiecesData(thought.at("text").get<std::string>(), search));
  if (visitor.user() == username) data.set("own", path);
  return data;
}

void SetList(web::Data& data, Visitor& visitor, const ApiAnswer& list, const std::string& path,
             std::string_view search) {
  web::Data thoughts(web::Data::type::list);
  for (const auto& thought : list.body) {
    thoughts.push_back(ThoughtData(visitor, thought, search));
  }
  data.set("thoughts", thoughts);
  data.set("none", list.body.empty());
  const auto page = [&](const std::string& cursor) {
    return path + (path.find('?') == std::string::npos ? "?" : "&") +
           "cursor=" + host::EncodeComponent(cursor);
  };
  if (!list.next.empty()) data.set("older", page(list.next));
  if (!list.previous.empty()) data.set("newer", page(list.previous));
  if (!list.next.empty() || !list.previous.empty()) data.set("pages", true);
}

std::string ListQuery(const Visitor& visitor) {
  std::string query = "?sort=-id&limit=20";
  const auto cursor = visitor.request().query("cursor").value_or("");
  if (!cursor.empty()) query += "&cursor=" + host::EncodeComponent(cursor);
  return query;
}

}  // namespace front
