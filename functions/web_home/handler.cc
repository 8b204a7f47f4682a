// GET /  ->  own thoughts and the form for a new one; for guests, what this is

#include "functions/shared/front/compose.h"
#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response GuestPage(front::Visitor& visitor) {
  const auto list = visitor.api().Get("/api/thoughts/?sort=-id&limit=10");
  if (!list) return visitor.Failed(list.error());
  web::Data data(web::Data::type::object);
  SetList(data, visitor, *list, "/");
  return visitor.Show({.title = "Short thoughts", .body = Template("guest.html"), .data = data});
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    if (!visitor.user()) return GuestPage(visitor);
    const auto list = visitor.api().Get("/api/me/thoughts/" + front::ListQuery(visitor));
    if (!list) return visitor.Failed(list.error());
    web::Data data(web::Data::type::object);
    SetCompose(data, visitor, {});
    SetList(data, visitor, *list, "/");
    return visitor.Show({.title = "Home", .body = Template("home.html"), .data = data});
  });
}

}  // namespace function
