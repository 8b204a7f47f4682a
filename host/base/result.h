// Result<T>: a value, or the Problem that the client gets instead.
//
// What a client can cause is a Result; what should not happen throws (see host/base/unavailable.h
// and the catch in host/function/process.cc).
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace host {

struct FieldError {
  std::string field;   // the name as the client sent it
  std::string detail;  // what is wrong, for people
};

// An error body of RFC 9457 before it is rendered: the host adds `type`, `title` and `request_id`.
struct Problem {
  int status = 500;
  std::string detail;
  std::vector<FieldError>
      errors;  // every broken rule, rendered as "errors":[{"field":..,"detail":..}]
  std::vector<std::pair<std::string, std::string>> headers;  // e.g. WWW-Authenticate, Retry-After
};

template <typename T>
using Result = std::expected<T, Problem>;

inline std::unexpected<Problem> Fail(int status, std::string detail,
                                     std::vector<FieldError> errors = {}) {
  return std::unexpected(Problem{status, std::move(detail), std::move(errors), {}});
}

}  // namespace host
