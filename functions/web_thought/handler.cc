// GET /thoughts/{id}/  ->  one thought

#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const auto id = std::string(visitor.request().route("id"));
    const auto thought = visitor.api().Get("/api/thoughts/" + id + "/");
    if (!thought) return visitor.Failed(thought.error());
    auto data = ThoughtData(visitor, thought->body);
    data.set("index", true);
    const auto author = thought->body.at("username").get<std::string>();
    return visitor.Show(
        {.title = "Thought of " + author, .body = Template("thought_page.html"), .data = data});
  });
}

}  // namespace function
