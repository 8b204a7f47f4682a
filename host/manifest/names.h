// Names of functions, needs and path parameters: they become files, variables and NGINX's words.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace host {

inline constexpr const char* kNameRule =
    "a name being 1 to 48 of a-z, 0-9 and _, the first a letter";

inline bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 48 && text[0] >= 'a' && text[0] <= 'z' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// Names that functions' sockets (fnhost.sock is for control), their folders (revisions/, shared/)
// and their build (bazel/function.bzl) use for something else.
inline bool IsReservedName(std::string_view text) {
  constexpr std::string_view kReserved[] = {"fnhost",        "handler_test", "manifest",
                                            "manifest_test", "revisions",    "shared"};
  return std::ranges::find(kReserved, text) != std::end(kReserved);
}

}  // namespace host
