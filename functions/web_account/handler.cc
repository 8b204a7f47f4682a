// GET /account/  ->  who the visitor is, and where to go on

#include "functions/shared/front/account/words.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const auto me = visitor.api().Get("/api/me/");
    if (!me) return visitor.Failed(me.error());
    web::Data data{"at_account", web::Data(true)};
    data.set("name", front::TextOf(me->body, "username"));
    front::SetTime(data, me->body, "creation", visitor.Now());
    return visitor.ShowPrivate(
        {.title = "Your account", .body = Template("account.html"), .data = data});
  });
}
