#include "functions/shared/accounts/credentials.h"

#include <utility>
#include <vector>

#include "functions/shared/accounts/rules.h"
#include "functions/shared/accounts/users.h"

namespace accounts {
namespace {

using Errors = std::vector<host::FieldError>;

host::Result<Credentials> Take(const host::Request& request, Errors& errors) {
  const auto fields = request.fields();
  if (!fields) return std::unexpected(fields.error());
  Credentials given;
  given.username = TakeText(*fields, "username", errors);
  given.password = TakeText(*fields, "password", errors);
  return given;
}

host::Result<Credentials> OrRefuse(host::Result<Credentials> given, Errors errors) {
  if (!given || errors.empty()) return given;
  return host::Fail(422, "Some fields are missing or break a rule.", std::move(errors));
}

void Add(Errors& errors, Errors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

bool Names(const Errors& errors, std::string_view field) {
  for (const auto& error : errors) {
    if (error.field == field) return true;
  }
  return false;
}

}  // namespace

std::string TakeText(const host::Fields& fields, std::string_view name, Errors& errors) {
  auto text = fields.RequiredText(name);
  if (text) return *std::move(text);
  if (text.error().errors.empty()) {
    errors.push_back({std::string(name), text.error().detail});
  } else {
    Add(errors, std::move(text.error().errors));
  }
  return "";
}

host::Result<Credentials> ParseCredentials(const host::Request& request) {
  Errors errors;
  auto given = Take(request, errors);
  return OrRefuse(std::move(given), std::move(errors));
}

host::Result<Credentials> ParseNewUser(const host::Request& request, host::db::Database& db) {
  Errors errors;
  auto given = Take(request, errors);
  if (!given) return given;
  if (!Names(errors, "username")) {
    // Only what passes so far is worth asking the database for its NFC form.
    if (IsUsername(given->username)) given->username = Nfc(db, given->username);
    Add(errors, UsernameErrors(given->username));
  }
  if (!Names(errors, "password")) {
    Add(errors, PasswordErrors(given->password, "password", given->username));
  }
  return OrRefuse(std::move(given), std::move(errors));
}

}  // namespace accounts
