#include "host/wire/fastcgi_check.h"

#include <string>

namespace host::wire {
namespace {

constexpr size_t kHeaderBytes = 8;
constexpr uint8_t kBeginRequest = 1;
constexpr uint8_t kAbortRequest = 2;
constexpr uint8_t kParams = 4;
constexpr uint8_t kStdin = 5;
constexpr uint16_t kResponder = 1;

struct Record {
  uint8_t type;
  uint16_t id;
  std::string_view content;
  size_t bytes;  // with header and padding
};

uint16_t Word(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

Check Refuse(const char* why) { return {.verdict = Verdict::kRefuse, .why = why}; }
Check More() { return {}; }

// A length of a name-value pair: one byte, or four with the top bit set (section 3.4).
bool ReadLength(std::string_view& bytes, size_t& length) {
  if (bytes.empty()) return false;
  const auto first = static_cast<uint8_t>(bytes[0]);
  if (first < 0x80) {
    length = first;
    bytes.remove_prefix(1);
    return true;
  }
  if (bytes.size() < 4) return false;
  length = (size_t{first & 0x7Fu} << 24) | (size_t{static_cast<uint8_t>(bytes[1])} << 16) |
           Word(bytes, 2);
  bytes.remove_prefix(4);
  return true;
}

Check TooLarge(uint16_t id, const char* why) {
  return {.verdict = Verdict::kTooLarge, .why = why, .id = id};
}

// nullptr, or why the parameters are refused. `over`: whether they are only too many or too long.
const char* CheckPairs(std::string_view bytes, bool& over) {
  PairCheck pairs;
  while (!bytes.empty()) {
    size_t name = 0;
    size_t value = 0;
    if (!ReadLength(bytes, name) || !ReadLength(bytes, value)) return "a parameter ends early";
    if (name + value > bytes.size()) return "a parameter claims more than is there";
    if (const char* why = pairs.Add(bytes.substr(0, name), bytes.substr(name, value))) return why;
    bytes.remove_prefix(name + value);
  }
  over = pairs.too_large() != nullptr;
  return pairs.too_large();
}

// Reads one record; false when it is not whole yet. `content` may be cut short in a STDIN record
// that is still coming.
bool ReadRecord(std::string_view bytes, Record& record) {
  if (bytes.size() < kHeaderBytes) return false;
  const size_t content = Word(bytes, 4);
  record.type = static_cast<uint8_t>(bytes[1]);
  record.id = Word(bytes, 2);
  record.bytes = kHeaderBytes + content + static_cast<uint8_t>(bytes[6]);
  record.content = bytes.substr(kHeaderBytes, content);
  return bytes.size() >= record.bytes;
}

Check CheckFirst(std::string_view bytes, const Record& record) {
  if (record.id == 0) {
    if (bytes.size() < record.bytes) return More();
    return {.verdict = Verdict::kManagement, .type = record.type, .bytes = record.bytes};
  }
  if (record.type == kAbortRequest) {
    if (bytes.size() < record.bytes) return More();
    return {.verdict = Verdict::kAbort,
            .bytes = record.bytes};  // of a request that is over: no answer
  }
  if (record.type != kBeginRequest) return Refuse("the first record does not begin a request");
  if (record.bytes != kHeaderBytes + 8 + static_cast<uint8_t>(bytes[6]) ||
      record.content.size() != 8) {
    return bytes.size() < record.bytes ? More() : Refuse("BEGIN_REQUEST has another length than 8");
  }
  if (Word(record.content, 0) != kResponder) return Refuse("the role is not responder");
  return {.verdict = Verdict::kRequest};
}

}  // namespace

Check CheckFastcgi(std::string_view peeked) {
  // One byte suffices to refuse what is not FastCGI at all.
  if (!peeked.empty() && peeked[0] != 1) return Refuse("not FastCGI version 1");
  Record record{};
  const bool first_whole = ReadRecord(peeked, record);
  if (peeked.size() < kHeaderBytes) return More();
  const Check first = CheckFirst(peeked, record);
  if (first.verdict != Verdict::kRequest || !first_whole) {
    return first.verdict == Verdict::kRequest ? More() : first;
  }
  const uint16_t id = record.id;
  std::string_view rest = peeked.substr(record.bytes);
  std::string parameters;
  bool in_body = false;
  for (;;) {
    if (!rest.empty() && rest[0] != 1) return Refuse("a record is not of version 1");
    const bool whole = ReadRecord(rest, record);
    if (rest.size() >= kHeaderBytes) {
      if (record.id != id) return Refuse("a record of another request");
      if (record.type == kAbortRequest) {
        if (!whole) return More();
        return {.verdict = Verdict::kAbort,
                .id = id,
                .bytes = peeked.size() - rest.size() + record.bytes};
      }
      if (record.type != (in_body ? kStdin : kParams)) return Refuse("a record out of order");
      if (!in_body && parameters.size() + record.bytes > kMaxParameterBytes + kHeaderBytes + 255) {
        return TooLarge(id, "the parameters are too long");
      }
    }
    if (!whole) {
      if (in_body && peeked.size() >= kStreamAfterBytes) return {.verdict = Verdict::kRequest};
      return peeked.size() >= kPeekBytes ? TooLarge(id, "the head of the request is too long")
                                         : More();
    }
    // libfcgi forgets the padding of a stream's end and would take it for the next record, which
    // nobody has checked. NGINX pads none.
    if (record.content.empty() && record.bytes > kHeaderBytes) {
      return Refuse("padding at the end of a stream");
    }
    rest.remove_prefix(record.bytes);
    if (in_body) {
      if (record.content.empty())
        return {.verdict = Verdict::kRequest, .whole = true, .trailing = !rest.empty()};
    } else if (record.content.empty()) {
      bool over = false;
      if (const char* why = CheckPairs(parameters, over))
        return over ? TooLarge(id, why) : Refuse(why);
      in_body = true;
    } else {
      parameters += record.content;
      if (parameters.size() > kMaxParameterBytes)
        return TooLarge(id, "the parameters are too long");
    }
  }
}

}  // namespace host::wire
