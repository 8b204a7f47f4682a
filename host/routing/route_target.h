// Where a route's requests go.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace host {

struct RouteTarget {
  enum class Kind {
    kFunction,  // all to the function
    kMonolith,  // all to the monolith
    kSplit,     // `percent` of the clients to the function; each client stays on its side
    kMirror,   // all to the monolith, and each GET to the function as well, whose answer is dropped
    kAuto,     // to the function while it can serve, else to the monolith
    kRetired,  // all to the function, and nothing asks the monolith any more
  };
  Kind kind = Kind::kMonolith;
  int percent = 0;  // kSplit: 0 to 100

  bool operator==(const RouteTarget&) const = default;
};

// "function", "monolith", "split:40", "mirror", "auto", "retired"; else what is allowed.
std::expected<RouteTarget, std::string> ParseTarget(std::string_view text);
std::string ToText(const RouteTarget& target);

}  // namespace host
