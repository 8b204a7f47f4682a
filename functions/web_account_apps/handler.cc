// GET, POST /account/apps/  client_id  ->  the list; 303 to it when one is disconnected

#include "functions/shared/front/account/words.h"
#include "functions/shared/front/form.h"
#include "functions/shared/front/visitor.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

std::string Purpose(const std::string& id) { return "disconnect app " + id; }

host::Response List(front::Visitor& visitor) {
  const auto list = visitor.api().Get("/api/me/apps/");
  if (!list) return visitor.Failed(list.error());
  web::Data apps(web::Data::type::list);
  for (const auto& app : list->body) {
    const auto id = front::TextOf(app, "client_id");
    web::Data data{"id", id};
    data.set("name", front::TextOf(app, "name"));
    web::SetSome(data, "uri", front::TextOf(app, "uri"));
    data.set("rights", front::Rights(front::TextOf(app, "scopes")));
    front::SetTime(data, app, "since", visitor.Now());
    front::SetTime(data, app, "last_use", visitor.Now());
    data.set("form", visitor.UserForm(Purpose(id)));
    apps.push_back(data);
  }
  web::Data data{"apps", apps};
  data.set("none", web::Data(list->body.empty()));
  return visitor.ShowPrivate(
      {.title = "Connected apps", .body = Template("apps.html"), .data = data});
}

host::Response Disconnect(front::Visitor& visitor) {
  const auto id = visitor.Field("client_id");
  const auto key = CheckForm(visitor, Purpose(id));
  if (!key) return key.error();
  const auto gone = visitor.api().Delete("/api/me/apps/" + host::EncodeComponent(id) + "/", *key);
  if (!gone && gone.error().status != 404) return visitor.Failed(gone.error());
  return front::Visitor::After("app-disconnected", "/account/apps/");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? Disconnect(visitor) : List(visitor);
  });
}

}  // namespace function
