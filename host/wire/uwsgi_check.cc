#include "host/wire/uwsgi_check.h"

#include <cstdint>
#include <cstring>

#include "host/wire/parameters.h"

namespace host::wire {
namespace {

constexpr size_t kLengthBytes = 2;

size_t Word(std::string_view bytes, size_t at) {
  return size_t{static_cast<uint8_t>(bytes[at])} | size_t{static_cast<uint8_t>(bytes[at + 1])} << 8;
}

UwsgiCheck Refuse(const char* why) { return {.verdict = Verdict::kRefuse, .why = why}; }
UwsgiCheck More() { return {}; }

}  // namespace

UwsgiCheck CheckUwsgi(std::string_view peeked) {
  if (!peeked.empty() && peeked[0] != 0) return Refuse("modifier1 is not 0");
  if (peeked.size() < kUwsgiHeaderBytes) return More();
  if (peeked[3] != 0) return Refuse("modifier2 is not 0");
  const size_t head_bytes = kUwsgiHeaderBytes + Word(peeked, 1);
  std::string_view there = peeked.substr(kUwsgiHeaderBytes, head_bytes - kUwsgiHeaderBytes);
  size_t left = head_bytes - kUwsgiHeaderBytes;  // of the packet, whether it is there or not
  long body_bytes = 0;
  PairCheck pairs;
  while (left > 0) {
    // A lie is refused as soon as it is told, not when the bytes it claims have come.
    if (left < 2 * kLengthBytes) return Refuse("a parameter ends early");
    if (there.size() < kLengthBytes) return More();
    const size_t name_bytes = Word(there, 0);
    const size_t value_at = kLengthBytes + name_bytes + kLengthBytes;
    if (value_at > left) return Refuse("a name claims more than the packet holds");
    if (there.size() < value_at) return More();
    const size_t pair_bytes = value_at + Word(there, kLengthBytes + name_bytes);
    if (pair_bytes > left) return Refuse("a value claims more than the packet holds");
    if (there.size() < pair_bytes) return More();
    const std::string_view name = there.substr(kLengthBytes, name_bytes);
    const std::string_view value = there.substr(value_at, pair_bytes - value_at);
    if (const char* why = pairs.Add(name, value)) return Refuse(why);
    // What is no length becomes a 400, by ReadHead, which needs no body.
    if (name == "CONTENT_LENGTH" && !ReadContentLength(value, body_bytes)) body_bytes = 0;
    there.remove_prefix(pair_bytes);
    left -= pair_bytes;
  }
  if (pairs.too_large() != nullptr) {
    return {.verdict = Verdict::kTooLarge, .why = pairs.too_large(), .head_bytes = head_bytes};
  }
  const bool body_there = static_cast<long>(peeked.size() - head_bytes) >= body_bytes;
  if (!body_there && peeked.size() < kStreamAfterBytes) return More();
  return {.verdict = Verdict::kRequest, .head_bytes = head_bytes};
}

std::vector<std::string_view> UwsgiPairs(std::span<char> head) {
  std::vector<std::string_view> pairs;
  for (size_t at = kUwsgiHeaderBytes; at < head.size();) {
    const std::string_view bytes(head.data(), head.size());
    const size_t name_bytes = Word(bytes, at);
    const size_t value_bytes = Word(bytes, at + kLengthBytes + name_bytes);
    // The name moves up by one, onto the value's length, whose second byte becomes the '='.
    char* const pair = head.data() + at + kLengthBytes + 1;
    std::memmove(pair, pair - 1, name_bytes);
    pair[name_bytes] = '=';
    pairs.emplace_back(pair, name_bytes + 1 + value_bytes);
    at += 2 * kLengthBytes + name_bytes + value_bytes;
  }
  return pairs;
}

}  // namespace host::wire
