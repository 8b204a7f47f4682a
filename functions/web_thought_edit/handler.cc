// GET, POST /thoughts/{id}/edit  text  ->  the form; 303 to the thought when it is changed

#include "functions/shared/front/compose.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response Change(front::Visitor& visitor, const std::string& id, const std::string& action) {
  const front::Compose sent{.action = action, .text = visitor.Field("text")};
  const auto key = CheckCompose(visitor, sent);
  if (!key) return key.error();
  const auto changed =
      visitor.api().Patch("/api/me/thoughts/" + id + "/", {{"text", sent.text}}, *key);
  if (!changed) return Refused(visitor, sent, changed.error());
  return front::Visitor::After("changed", "/thoughts/" + id + "/");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const auto id = std::string(visitor.request().route("id"));
    const std::string action = "/thoughts/" + id + "/edit";
    if (visitor.request().method() == "POST") return Change(visitor, id, action);
    const auto thought = visitor.api().Get("/api/me/thoughts/" + id + "/");
    if (!thought) return visitor.Failed(thought.error());
    return ComposePage(visitor, {action, thought->body.at("text").get<std::string>()});
  });
}

}  // namespace function
