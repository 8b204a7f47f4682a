// GET /thoughts/  [cursor]  ->  everyone's thoughts, the newest first

#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const auto list = visitor.api().Get("/api/thoughts/" + front::ListQuery(visitor));
    if (!list) return visitor.Failed(list.error());
    web::Data data{"at_thoughts", true};
    SetList(data, visitor, *list, "/thoughts/");
    return visitor.Show({.title = "Everyone", .body = Template("thoughts.html"), .data = data});
  });
}

}  // namespace function
