// GET, POST /thoughts/new  text  ->  the form; 303 home when the thought is posted
//
// The same text from the same form is posted once. A text that cannot be posted is never lost: it
// stands in the form again, or goes along through the log-in.

#include "functions/shared/front/compose.h"
#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response Post(front::Visitor& visitor) {
  const front::Compose sent{.text = visitor.Field("text")};
  const auto key = CheckCompose(visitor, sent);
  if (!key) return key.error();
  const auto made = visitor.api().Post("/api/me/thoughts/", {{"text", sent.text}}, *key);
  if (!made) return Refused(visitor, sent, made.error());
  return front::Visitor::After("posted", "/");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    if (visitor.request().method() == "POST") return Post(visitor);
    const front::Compose compose{.text = std::string(visitor.request().query("text").value_or(""))};
    if (!visitor.user()) return front::Visitor::ToLogIn(visitor.Here());
    return ComposePage(visitor, compose);
  });
}

}  // namespace function
