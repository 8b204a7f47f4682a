#include "host/testing/fastcgi_client.h"

namespace host::testing {

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
