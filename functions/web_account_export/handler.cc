// GET /account/export/  ->  a file: what GET /api/me/export/ says, as it came

#include "functions/shared/front/visitor.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    auto all = visitor.api().Get("/api/me/export/");
    if (!all) return visitor.Failed(all.error());
    auto response = host::Response::Json(200, std::move(all->text));
    response.Header("Content-Disposition", "attachment; filename=\"thoughts-export.json\"");
    response.Header("Cache-Control", "private, no-store");
    return response;
  });
}
