// GET, POST /thoughts/{id}/delete  ->  the question; 303 home when the thought is gone

#include "functions/shared/front/form.h"
#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response Delete(front::Visitor& visitor, const std::string& id, const std::string& purpose) {
  const auto key = CheckForm(visitor, purpose);
  if (!key) return key.error();
  const auto gone = visitor.api().Delete("/api/me/thoughts/" + id + "/", *key);
  if (!gone && gone.error().status != 404) return visitor.Failed(gone.error());
  return front::Visitor::After("deleted", "/");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const auto id = std::string(visitor.request().route("id"));
    const std::string purpose = "delete " + id;
    if (visitor.request().method() == "POST") return Delete(visitor, id, purpose);
    const auto thought = visitor.api().Get("/api/me/thoughts/" + id + "/");
    if (!thought) return visitor.Failed(thought.error());
    auto data = ThoughtData(visitor, thought->body);
    data.set("own", web::Data(false));  // no links to this very page
    data.set("form", visitor.UserForm(purpose));
    return visitor.Show(
        {.title = "Delete this thought?", .body = Template("delete.html"), .data = data});
  });
}

}  // namespace function
