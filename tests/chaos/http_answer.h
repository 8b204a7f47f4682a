// One answer of HTTP/1.1, as a client finds it in the bytes that came so far. Lengths by
// Content-Length or chunks; an answer that ends with its connection is not understood, since NGINX
// gives none to a client of HTTP/1.1.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace chaos {

struct HttpAnswer {
  int status = 0;
  std::string head;  // status line and headers, without the empty line
  std::string body;
  size_t size = 0;      // bytes it took
  bool closes = false;  // the server closes the connection after it

  std::string Header(std::string_view lower_case_name) const;  // the first; "" when absent
};

// Nothing while the answer is not whole; the error says why it never will be.
std::expected<std::optional<HttpAnswer>, std::string> ParseHttpAnswer(std::string_view bytes);

}  // namespace chaos
