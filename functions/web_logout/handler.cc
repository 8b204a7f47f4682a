// GET, POST /logout/  ->  the question; 303 home when the session has ended

#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response Question(front::Visitor& visitor) {
  if (!visitor.user()) return web::SeeOther("/");
  return visitor.Show({.title = "Log out?", .body = Template("log_out.html")});
}

host::Response LogOut(front::Visitor& visitor) {
  if (!visitor.CheckUserForm(visitor.Field("form"), front::kLogOutPurpose)) {
    return Question(visitor);
  }
  const auto ended = visitor.api().Post("/api/logout/", nullptr, "");
  if (!ended && ended.error().status != 401) return visitor.Failed(ended.error());
  auto response = front::Visitor::After("logged-out", "/");
  visitor.EndSessions(response);
  return response;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? LogOut(visitor) : Question(visitor);
  });
}

}  // namespace function
