// Fields: the named values of a request body, form or JSON alike. Unknown fields are ignored; a
// wrong type of a known one is a 422 that names it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "host/base/result.h"

namespace host {

class Fields {
 public:
  // application/x-www-form-urlencoded (WHATWG URL, section 5). Last of equal names wins. 400 when
  // not UTF-8.
  static Result<Fields> FromForm(std::string_view body);
  // A JSON object (RFC 8259), at most 32 levels deep. 400 otherwise.
  static Result<Fields> FromJson(std::string_view body);

  bool Has(std::string_view name) const { return values_.contains(name); }
  // The value, nothing when absent or null. 422 when it is not a string, or holds a NUL.
  Result<std::optional<std::string>> Text(std::string_view name) const;
  // A whole number, of JSON or in decimal digits; nothing when absent, null or empty. 422 when it
  // is none, or does not fit.
  Result<std::optional<int64_t>> Integer(std::string_view name) const;
  // As Text, and 422 when absent.
  Result<std::string> RequiredText(std::string_view name) const;

 private:
  // Strings as they are; anything else of JSON by the name of its type, and whole numbers too.
  struct NotText {
    std::string type;
    std::optional<int64_t> integer;
  };
  std::map<std::string, std::variant<std::string, NotText>, std::less<>> values_;
};

// One percent-decoded form component; nothing when an escape is broken.
std::optional<std::string> DecodeForm(std::string_view text);
// Percent-encodes all but RFC 3986's unreserved characters: for Location and Link.
std::string EncodeComponent(std::string_view text);

}  // namespace host
