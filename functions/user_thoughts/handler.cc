// GET, HEAD /api/users/{username}/thoughts/?search=&limit=&sort=&cursor=  ->  200 array of
// thoughts, Link rel next and prev; 404

#include "functions/shared/thoughts/list.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto username = request.route("username");
  const auto user_id = thoughts::FindUserId(context.db(), username);
  if (!user_id) return host::Response::From({404, "There is no such user.", {}, {}});
  const auto path = "/api/users/" + host::EncodeComponent(username) + "/thoughts/";
  return thoughts::ListOfUser(request, context.db(), path, *user_id);
}
