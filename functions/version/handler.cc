// GET /admin/version/  ->  200 {"commit":"...","version":"..."}

#include "functions/shared/session/session.h"
#include "host/base/json_text.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto text = [&](const char* name) {
    return host::JsonString(context.config().Find(name).value_or("unknown"));
  };
  auto response = host::Response::Json(
      200, "{\"commit\":" + text("FNHOST_COMMIT") + ",\"version\":" + text("FNHOST_VERSION") + "}");
  response.Header("Cache-Control", "private, no-store");
  return response;
}
