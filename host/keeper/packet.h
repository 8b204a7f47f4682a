// What the supervisor and its keeper say to each other: one packet of SOCK_SEQPACKET each, an
// operation's letter, a key, a line break, a text. A put and an entry bring one descriptor.
//
// Both ends outlive upgrades of each other: a new supervisor meets the keeper that an older one
// started. Add letters, change none; unknown ones are ignored.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace host::keeper {

inline constexpr char kVersion[] = "1";
inline constexpr size_t kKeyBytes = 128;
inline constexpr size_t kTextBytes = 4096;
inline constexpr size_t kPacketBytes = 1 + kKeyBytes + 1 + kTextBytes;
inline constexpr size_t kMostEntries = 4096;

enum Letter : char {
  kPut = 'P',    // owner: keep this descriptor under the key, in place of an earlier one
  kDrop = 'D',   // owner: forget the key
  kList = 'L',   // owner: say what there is
  kEnd = 'X',    // owner: remove the socket and exit
  kHello = 'H',  // keeper: you are the owner; the key is kVersion, the text its pid
  kBusy = 'B',   // keeper: there is an owner, and its process's number is the key
  kEntry = 'E',  // keeper: one entry of the list
  kDone = '.',   // keeper: the list's end
  kFault = 'F',  // keeper: cannot keep the key; the text says why
};

struct Packet {
  char letter = 0;
  std::string key;
  std::string text;
};

inline bool IsKey(std::string_view key) {
  return key.size() <= kKeyBytes &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
}

inline std::string Render(const Packet& packet) {
  return packet.letter + packet.key + "\n" + packet.text;
}

// Nothing when `bytes` are no packet.
inline std::optional<Packet> Parse(std::string_view bytes) {
  const size_t line = bytes.find('\n');
  if (bytes.size() > kPacketBytes || line == bytes.npos || line == 0) return std::nullopt;
  Packet packet{.letter = bytes[0],
                .key = std::string(bytes.substr(1, line - 1)),
                .text = std::string(bytes.substr(line + 1))};
  if (!IsKey(packet.key) || packet.text.size() > kTextBytes) return std::nullopt;
  return packet;
}

}  // namespace host::keeper
