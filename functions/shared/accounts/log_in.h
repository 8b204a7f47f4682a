// Log-in with name and password: the same for the API and for pages.
#pragma once

#include "functions/shared/accounts/credentials.h"
#include "functions/shared/session/session.h"
#include "host/base/result.h"
#include "host/function/context.h"
#include "host/function/request.h"

namespace accounts {

// Who these credentials let in, for session::Issue. A 401 for a wrong name and a wrong password
// alike, with the same text after the same time; a 429 with Retry-After for guesses that come too
// early (throttle.h). Throws host::Unavailable when the hash would not be done in time. Needs
// "accounts_database".
host::Result<session::Subject> LogIn(const Credentials& given, const host::Request& request,
                                     host::Context& context);

}  // namespace accounts
