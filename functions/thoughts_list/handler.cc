// GET, HEAD /api/thoughts/?search=&username=&limit=&sort=&cursor=  ->  200 array of thoughts, Link
// rel next and prev
//
// A search is a piece of the text, without regard to case. A user that does not exist has no
// thoughts.

#include "functions/shared/thoughts/list.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto query = thoughts::ParseListQuery(request);
  if (!query) return host::Response::From(query.error());

  std::optional<int64_t> user_id;
  if (!query->username.empty()) {
    user_id = thoughts::FindUserId(context.db(), query->username);
    if (!user_id) return host::Response::Json(200, std::string("[]"));
  }
  return thoughts::Answer(request, "/api/thoughts/",
                          thoughts::FetchPage(context.db(), *query, user_id));
}
