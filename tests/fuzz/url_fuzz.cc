// Queries, numbers in paths, cookies, media types. Lines of the input: query, cookie, path
// parameter, content type, body.
//
// Sources: host/function/fields.cc host/function/request.cc host/base/utf8.cc

#include <string>
#include <string_view>

#include "host/function/request.h"
#include "tests/fuzz/check.h"

namespace {

std::string NextLine(std::string_view& input) {
  const size_t end = std::min(input.find('\n'), input.size());
  std::string line(input.substr(0, end));
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  host::RequestParts parts;
  parts.query_string = NextLine(input);
  const std::string cookie = NextLine(input);
  parts.headers["cookie"] = cookie;
  parts.route["id"] = NextLine(input);
  parts.headers["content-type"] = NextLine(input);
  parts.headers["x-request-id"] = parts.route["id"];
  parts.request_id = "ours";
  parts.body = input;
  const host::Request request(std::move(parts));

  request.query("search");
  request.query("a");
  if (const auto session = request.cookie("session")) {
    FUZZ_CHECK(cookie.find("session=") != std::string::npos);
    FUZZ_CHECK(session->find(';') == std::string_view::npos);
  }
  if (const auto id = request.route_int("id")) FUZZ_CHECK(*id >= 0);
  FUZZ_CHECK(!request.id().empty() && request.id().size() <= 128);
  for (const char c : request.id()) FUZZ_CHECK(c > ' ' && c <= '~');
  const auto fields = request.fields();
  FUZZ_CHECK(fields || fields.error().status == 400 || fields.error().status == 415);
  return 0;
}
