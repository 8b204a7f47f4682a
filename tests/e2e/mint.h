// Tokens as the instance signs them, of any kind, for users made on the way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "functions/shared/session/token.h"

namespace e2e {

// One thread at a time.
class Mint {
 public:
  Mint();

  // "Bearer ...", of a user of its own each: an allowed request may delete it. `is_client`: of a
  // client without a user.
  std::string Bearer(session::TokenKind kind, const std::vector<std::string>& scopes,
                     bool is_client = false);

 private:
  int64_t NextUser();

  const std::string issuer_;
  const session::Key key_;
  int64_t next_ = 0, last_ = 0;
};

}  // namespace e2e
