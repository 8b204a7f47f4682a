#include "functions/shared/web/browser.h"

#include <utility>

#include "functions/shared/session/token.h"
#include "host/base/unavailable.h"

namespace web {

Browser::Browser(const host::Request& request, host::Context& context) : Forms(request, context) {
  if (session().empty()) return;
  auto identity = session::CheckToken(session(), context);
  if (!identity && identity.error().status != 401) {
    throw host::Unavailable(identity.error().detail);
  }
  if (identity && identity->kind == session::TokenKind::kSession) {
    user_ = *std::move(identity);
  } else {
    SetSession("");
  }
}

}  // namespace web
