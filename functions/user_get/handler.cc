// GET, HEAD /api/users/{username}/  ->  200 {id,username,creation} with a strong ETag, 304, 404

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/rules.h"
#include "functions/shared/accounts/users.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto username = request.route("username");
  const auto user =
      accounts::IsUsername(username) ? accounts::FindUser(context.db(), username) : std::nullopt;
  if (!user) return accounts::NoSuchUser();
  return accounts::Representation(request, accounts::UserJson(*user), "no-cache");
}
