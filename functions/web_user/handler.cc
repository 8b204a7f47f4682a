// GET /u/{username}/  [cursor]  ->  a user's thoughts, the newest first

#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "functions/shared/front/when.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const std::string api =
        "/api/users/" + host::EncodeComponent(visitor.request().route("username")) + "/";
    const auto user = visitor.api().Get(api);
    if (!user) return visitor.Failed(user.error());
    const auto list = visitor.api().Get(api + "thoughts/" + front::ListQuery(visitor));
    if (!list) return visitor.Failed(list.error());
    const auto name = user->body.at("username").get<std::string>();
    web::Data data{"username", name};
    if (const auto since = front::ParseTime(user->body.at("creation").get<std::string>())) {
      data.set("since", front::Day(*since));
    }
    data.set("feed", front::UserPath(name) + "feed.atom");
    data.set("feed_title", "Thoughts of " + name);
    data.set("index", true);
    SetList(data, visitor, *list, front::UserPath(name));
    return visitor.Show({.title = name, .body = Template("user.html"), .data = data});
  });
}

}  // namespace function
