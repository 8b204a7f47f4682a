// A JSON object read as a token's header and claims must be: duplicate keys refused (RFC 8725,
// section 2.4), few levels, nothing behind it. Only the texts and whole numbers of the top level
// are kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace session {

// A member of another type: it is there, and nobody reads it.
struct OtherValue {};
using JsonValue = std::variant<std::string, int64_t, OtherValue>;

class JsonObject {
 public:
  // Nothing when `text` is not exactly one such object.
  static std::optional<JsonObject> Parse(std::string_view text);

  bool Has(std::string_view name) const { return members_.contains(name); }
  // The member when it is there and of that type.
  const std::string* Text(std::string_view name) const;
  std::optional<int64_t> Integer(std::string_view name) const;

 private:
  std::map<std::string, JsonValue, std::less<>> members_;
};

}  // namespace session
