// What every function that wants a token does at its door, tried on the handler alone: 401 without
// a valid token, 403 without the scope of its manifest, 503 while the database is away.
#pragma once

#include <string>

#include "functions/shared/accounts/testing/server.h"

namespace accounts::testing {

// A call of the function `name`, with the method, the scope and the path parameters (all "7") of
// its function.json, a form as its body, and no database. `token`: "" for none.
host::Response CallWithoutDatabase(const host::Handler& handle, const std::string& name,
                                   const std::string& token, const std::string& body = "",
                                   const std::string& query = "");

// 401 and 403.
void CheckDoor(const host::Handler& handle, const std::string& name);
// 503; `body`: one that the function accepts.
void CheckDatabaseAway(const host::Handler& handle, const std::string& name,
                       const std::string& body = "");

}  // namespace accounts::testing
