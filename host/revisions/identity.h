// What a revision is called, and whose program it is: both come from its bytes alone.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace host {

inline constexpr size_t kMostBinaryBytes = size_t{1} << 30;

struct Identity {
  // The first 12 hex digits of SHA-256 over the binary's bytes, then the manifest's:
  // `cat NAME function.json | sha256sum | cut -c-12`.
  std::string name;
  // Whether the program is made with the SDK: it carries the note of host/function/main.cc.
  bool sdk = false;
};

// Reads the binary from its first byte to its last, wherever the descriptor stands. The error is a
// line for people: it cannot be read, is no regular file, is empty or larger than kMostBinaryBytes.
// Any thread; takes a millisecond for each megabyte or two.
std::expected<Identity, std::string> Identify(int binary, std::string_view manifest);
std::expected<Identity, std::string> Identify(const std::string& binary, std::string_view manifest);

// The name alone is not asked for: reads no further than the note.
bool IsSdkProgram(const std::string& binary);

// Whether `text` may be a revision's name. Names become folders.
bool IsRevisionName(std::string_view text);

}  // namespace host
