// A statement's parameter in PostgreSQL's text form; nullopt is NULL.
#pragma once

#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace host::db {

using Parameter = std::optional<std::string>;

// A parameter that PostgreSQL's text cannot hold: a NUL, or bytes that are not UTF-8. Handlers
// check what they take; what slips through becomes a 422, not a 500.
class BadText : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline Parameter ToParameter(std::string_view value) { return std::string(value); }
inline Parameter ToParameter(const std::string& value) { return value; }
inline Parameter ToParameter(const char* value) { return std::string(value); }
inline Parameter ToParameter(bool value) { return std::string(value ? "t" : "f"); }
template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>)
Parameter ToParameter(T value) {
  return std::to_string(value);
}
inline Parameter ToParameter(std::nullopt_t) { return std::nullopt; }
template <typename T>
Parameter ToParameter(const std::optional<T>& value) {
  return value ? ToParameter(*value) : std::nullopt;
}

// bytea in hex form.
Parameter Bytes(std::string_view bytes);

}  // namespace host::db
