// GET, POST /account/sessions/  [session]  ->  the list; 303 to it when one or all others are ended

#include "functions/shared/front/account/program.h"
#include "functions/shared/front/account/words.h"
#include "functions/shared/front/form.h"
#include "functions/shared/front/visitor.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kPath[] = "/account/sessions/";

// `id`: of one session, "" for all others.
std::string Purpose(const std::string& id) { return "end session " + id; }

host::Response List(front::Visitor& visitor) {
  const auto list = visitor.api().Get("/api/me/sessions/");
  if (!list) return visitor.Failed(list.error());
  web::Data sessions(web::Data::type::list);
  for (const auto& session : list->body) {
    const auto id = front::TextOf(session, "id");
    web::Data data{"id", id};
    data.set("program", front::ProgramName(front::TextOf(session, "user_agent")));
    web::SetSome(data, "network", front::TextOf(session, "network"));
    front::SetTime(data, session, "creation", visitor.Now());
    data.set("present", web::Data(session.value("present", false)));
    data.set("form", visitor.UserForm(Purpose(id)));
    sessions.push_back(data);
  }
  web::Data data{"sessions", sessions};
  if (list->body.size() > 1) data.set("others_form", visitor.UserForm(Purpose("")));
  return visitor.ShowPrivate(
      {.title = "Your sessions", .body = Template("sessions.html"), .data = data});
}

host::Response End(front::Visitor& visitor) {
  const auto id = visitor.Field("session");
  const auto key = CheckForm(visitor, Purpose(id));
  if (!key) return key.error();
  const auto one = id.empty() ? "" : host::EncodeComponent(id) + "/";
  const auto ended = visitor.api().Delete("/api/me/sessions/" + one, *key);
  if (!ended && ended.error().status != 404) return visitor.Failed(ended.error());
  return front::Visitor::After(id.empty() ? "sessions-ended" : "session-ended", kPath);
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? End(visitor) : List(visitor);
  });
}

}  // namespace function
