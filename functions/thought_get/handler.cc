// GET, HEAD /api/thoughts/{id}/  ->  200 {id,username,text,timestamp} with a strong ETag, 304, 404

#include "functions/shared/accounts/etag.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

namespace {

constexpr host::Statement kGet{"thought_get.get",
                               "SELECT " THOUGHTS_COLUMNS " FROM thoughts WHERE id = $1"};

}  // namespace

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto id = request.route_int("id");
  if (!id) return host::Response::From(id.error());
  const auto row = context.db().Maybe(kGet, *id);
  if (!row) return host::Response::From(thoughts::NotFound());
  return accounts::Representation(request, thoughts::ToJson(*row), "no-cache");
}
