// GET, POST /account/delete/  username  ->  the warning; 303 home when the account is gone

#include "functions/shared/front/form.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

// The form is good for the right name alone, so nobody needs to be asked for it: the session may
// have ended by an earlier click.
std::string Purpose(const std::string& username) { return "delete the account of " + username; }

host::Response Warning(front::Visitor& visitor, bool wrong = false) {
  if (!visitor.user()) return visitor.ToLogIn(visitor.Here());
  web::Data data{"form", visitor.UserForm(Purpose(*visitor.user()))};
  data.set("wrong", web::Data(wrong));
  data.set("typed", visitor.Field("username"));
  return visitor.ShowPrivate({.status = wrong ? 422 : 200,
                              .title = "Delete your account?",
                              .body = Template("delete.html"),
                              .data = data});
}

host::Response Delete(front::Visitor& visitor) {
  const auto typed = visitor.Field("username");
  const auto key = visitor.CheckUserForm(visitor.Field("form"), Purpose(typed));
  if (!key && visitor.user() == typed) return visitor.Failed(key.error());
  if (!key) return Warning(visitor, true);
  const auto gone = visitor.api().Delete("/api/me/", *key);
  if (!gone) return visitor.Failed(gone.error());
  auto response = front::Visitor::After("account-deleted", "/");
  visitor.EndSessions(response);
  return response;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    return visitor.request().method() == "POST" ? Delete(visitor) : Warning(visitor);
  });
}

}  // namespace function
