// Demo: the user `demo` and a few thoughts to look at.
#pragma once

#include <string>

#include "sql/client/client.h"

namespace sql {

// Makes the user and those of the thoughts that it does not have; a second call changes nothing,
// the password stays what the user made of it. Returns how many thoughts are new. Throws
// sql::Error.
int SeedDemo(Connection& connection, const std::string& password_hash);

}  // namespace sql
