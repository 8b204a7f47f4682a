// POST /api/logout/  ->  204
//
// The token is refused everywhere within a second. A repeat of the same request gets the same 204,
// although its token is refused by then.

#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto holder = session::Signed(request, context);
  if (!holder) return host::Response::From(holder.error());
  const std::string owner = std::to_string(holder->user_id);
  if (auto first = repeat::Find(request, context, owner, repeat::Of(request))) {
    return *std::move(first);
  }
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());

  auto answer = repeat::Once(request, context, owner, [&] {
    session::RevokeToken(context.db(), *caller);
    return host::Response::NoContent();
  });
  repeat::ClearAway(context, "old revocations stay",
                    [&] { session::PurgeRevocations(context.db()); });
  return answer;
}
