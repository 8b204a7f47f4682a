#include "host/testing/fastcgi_client.h"

namespace host::testing {
namespace {

std::string Length(size_t n) {
  if (n < 128) return std::string(1, static_cast<char>(n));
  return {static_cast<char>(0x80 | n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
          static_cast<char>(n)};
}

}  // namespace

std::string Record(int type, int id, const std::string& content, int padding) {
  const std::string head = {1,
                            static_cast<char>(type),
                            static_cast<char>(id >> 8),
                            static_cast<char>(id),
                            static_cast<char>(content.size() >> 8),
                            static_cast<char>(content.size()),
                            static_cast<char>(padding),
                            0};
  return head + content + std::string(padding, 'p');
}

std::string Begin(int id, bool keep, int role) {
  return Record(1, id, {0, static_cast<char>(role), static_cast<char>(keep), 0, 0, 0, 0, 0});
}

std::string NameValues(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs)
    out += Length(name.size()) + Length(value.size()) + name + value;
  return out;
}

std::string RequestBytes(Pairs pairs, const std::string& body, bool keep) {
  if (!body.empty()) pairs.emplace_back("CONTENT_LENGTH", std::to_string(body.size()));
  std::string out = Begin(1, keep) + Record(4, 1, NameValues(pairs)) + Record(4, 1, "");
  for (size_t at = 0; at < body.size(); at += 32768) out += Record(5, 1, body.substr(at, 32768));
  return out + Record(5, 1, "");
}

std::pair<int, std::string> FastcgiClient::ReadRecord() {
  unsigned char head[8];
  ReadExactly(reinterpret_cast<char*>(head), sizeof head);
  std::string content(head[4] << 8 | head[5], '\0');
  ReadExactly(content.data(), content.size());
  std::string padding(head[6], '\0');
  ReadExactly(padding.data(), padding.size());
  return {head[1], content};
}

std::string FastcgiClient::ReadAnswer() {
  std::string out;
  for (;;) {
    const auto [type, content] = ReadRecord();
    if (type == 3) return out;
    if (type == 6) out += content;
  }
}

}  // namespace host::testing
