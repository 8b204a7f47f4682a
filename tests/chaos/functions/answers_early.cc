// POST text  ->  201, and only then, in a moment, the write: wrong, for the checker to find
//
// Whose thought it is stands in X-User-Id and X-Username.

#include <chrono>
#include <cstdlib>
#include <thread>

#include "host/function/function.h"
#include "sql/client/client.h"

host::Response function::Handle(const host::Request& request, host::Context&) {
  const auto fields = request.fields();
  if (!fields) return host::Response::From(fields.error());
  const auto text = fields->RequiredText("text");
  if (!text) return host::Response::From(text.error());
  const std::string user(request.header("x-user-id").value_or(""));
  const std::string name(request.header("x-username").value_or(""));
  std::thread([=] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    sql::Connection(sql::ReadSecretFile(std::getenv("DATABASE_URL_FILE")))
        .Query("INSERT INTO thoughts (user_id, username, text) VALUES ($1, $2, $3)",
               {user, name, *text});
  }).detach();
  return host::Response::Json(201, "{}");
}
