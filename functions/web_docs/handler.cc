// GET /docs/start/  ->  200 a page: the API in a few commands, which work against this site

#include "functions/shared/web/page.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request&, host::Context& context) {
  return web::Answer({.title = "The API",
                      .body = function::Template("start.html"),
                      .data = {"origin", context.config().Text("SESSION_ISSUER")}});
}
