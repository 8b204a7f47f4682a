// The fields of log-in and sign-up.
#pragma once

#include <string>

#include "host/base/result.h"
#include "host/db/database.h"
#include "host/function/request.h"

namespace accounts {

struct Credentials {
  std::string username;
  std::string password;
};

// Both there, both texts: else a 422 that names each that is not. Their rules are not looked at.
host::Result<Credentials> ParseCredentials(const host::Request& request);

// For a new user: every broken rule of both is listed. The name is in NFC.
host::Result<Credentials> ParseNewUser(const host::Request& request, host::db::Database& db);

// One required field; what is wrong with it goes to `errors`.
std::string TakeText(const host::Fields& fields, std::string_view name,
                     std::vector<host::FieldError>& errors);

}  // namespace accounts
