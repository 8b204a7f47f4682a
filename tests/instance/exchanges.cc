#include "tests/instance/exchanges.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace e2e {
namespace {

using nlohmann::json;

// Names in lower case; repeated ones joined, as HTTP does.
void Add(json& headers, std::string name, const std::string& value) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto [at, fresh] = headers.emplace(name, value);
  if (!fresh) *at = at->get<std::string>() + ", " + value;
}

json RequestHeaders(const Ask& ask) {
  json headers = json::object();
  for (const auto& line : ask.headers) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const size_t value = line.find_first_not_of(' ', colon + 1);
    Add(headers, line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
  return headers;
}

// "" for another port.
std::string Target(const std::string& url) {
  const char* port = std::getenv("PUBLIC_PORT");
  const std::string begin = "http://localhost:" + std::string(port == nullptr ? "" : port);
  if (!url.starts_with(begin + "/")) return "";
  return url.substr(begin.size(), url.find('#') - begin.size());
}

}  // namespace

void NoteExchange(const Ask& ask, const Answer& answer) {
  const char* file = std::getenv("EXCHANGES");
  if (file == nullptr || answer.status == 0) return;
  const std::string target = Target(ask.url);
  if (target.empty()) return;

  json headers = json::object();
  for (const auto& [name, value] : answer.headers) Add(headers, name, value);
  const json exchange = {{"method", ask.method},
                         {"target", target},
                         {"request", {{"headers", RequestHeaders(ask)}, {"body", ask.body}}},
                         {"status", answer.status},
                         {"headers", headers},
                         {"body", answer.body}};
  const std::string line = exchange.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  static const int out = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  // In one piece: other threads and programs write as well.
  if (write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw std::runtime_error(std::string(file) + ": cannot be written");
  }
}

}  // namespace e2e
