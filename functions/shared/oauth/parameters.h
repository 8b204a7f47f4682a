// The parameters of an OAuth request, from a query or a form. Unlike others of ours, one that
// comes twice is a fault (RFC 6749, section 3.1), and an empty one counts as left out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "host/function/request.h"

namespace oauth {

class Parameters {
 public:
  // application/x-www-form-urlencoded. Nothing when an escape is broken, or a text is not UTF-8 or
  // holds a control character.
  static std::optional<Parameters> Parse(std::string_view form);
  // The body of a POST, when its Content-Type says that it is a form.
  static std::optional<Parameters> OfBody(const host::Request& request);

  // "" when left out.
  const std::string& Get(std::string_view name) const;
  bool Has(std::string_view name) const { return !Get(name).empty(); }
  // Whether it came more than once, or any did.
  bool Repeated(std::string_view name) const;
  bool AnyRepeated() const { return any_repeated_; }

 private:
  struct Value {
    std::string text;
    bool repeated = false;
  };
  std::map<std::string, Value, std::less<>> values_;
  bool any_repeated_ = false;
};

}  // namespace oauth
