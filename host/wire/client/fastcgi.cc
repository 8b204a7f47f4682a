#include "host/wire/client/fastcgi.h"

namespace host::wire {
namespace {

constexpr size_t kRecordBytes = 32768;
enum Type { kBegin = 1, kParams = 4, kStdin = 5 };

std::string Length(size_t n) {
  if (n < 128) return std::string(1, static_cast<char>(n));
  return {static_cast<char>(0x80 | n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
          static_cast<char>(n)};
}

// A stream: records with the content, then an empty one.
std::string Stream(int type, std::string_view content) {
  std::string out;
  for (size_t at = 0; at < content.size(); at += kRecordBytes) {
    out += FastcgiRecord(type, 1, content.substr(at, kRecordBytes));
  }
  return out + FastcgiRecord(type, 1, "");
}

}  // namespace

std::string FastcgiRecord(int type, int id, std::string_view content, int padding) {
  std::string record = {1,
                        static_cast<char>(type),
                        static_cast<char>(id >> 8),
                        static_cast<char>(id),
                        static_cast<char>(content.size() >> 8),
                        static_cast<char>(content.size()),
                        static_cast<char>(padding),
                        0};
  record += content;
  record.append(padding, 'p');
  return record;
}

std::string FastcgiBegin(int id, bool keep, int role) {
  const char content[] = {0, static_cast<char>(role), static_cast<char>(keep), 0, 0, 0, 0, 0};
  return FastcgiRecord(kBegin, id, {content, sizeof content});
}

std::string FastcgiPairs(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += Length(name.size()) + Length(value.size()) + name + value;
  }
  return out;
}

std::string FastcgiRequest(Pairs parameters, std::string_view body, bool keep) {
  if (!body.empty()) parameters.emplace_back("CONTENT_LENGTH", std::to_string(body.size()));
  return FastcgiBegin(1, keep) + Stream(kParams, FastcgiPairs(parameters)) + Stream(kStdin, body);
}

}  // namespace host::wire
