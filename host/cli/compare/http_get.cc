#include "host/cli/compare/http_get.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "host/supervisor/fd.h"

namespace host {
namespace {

using std::chrono::steady_clock;

constexpr size_t kMostBytes = size_t{64} << 20;

bool Sendable(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 32 || c == 127; });
}

bool IsTarget(const std::string& target) {
  return target.starts_with('/') && target.find(' ') == std::string::npos && Sendable(target);
}

bool IsHeader(const std::string& header) {
  const size_t colon = header.find(':');
  return colon != std::string::npos && colon > 0 && Sendable(header);
}

bool IsHost(const std::string& header) { return strncasecmp(header.c_str(), "Host:", 5) == 0; }

std::string RequestText(const std::string& target, const std::vector<std::string>& headers) {
  std::string request = "GET " + target + " HTTP/1.0\r\n";
  for (const auto& header : headers) request += header + "\r\n";
  if (std::ranges::none_of(headers, IsHost)) request += "Host: localhost\r\n";
  return request + "\r\n";
}

// Waits for `events`; false when the time is over.
bool Wait(int fd, short events, steady_clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waited{.fd = fd, .events = events, .revents = 0};
    if (poll(&waited, 1, static_cast<int>(left.count())) > 0) return true;
  }
}

// All that comes until the other side closes.
std::expected<std::string, std::string> Ask(int port, std::string_view request,
                                            steady_clock::time_point deadline) {
  const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return std::unexpected(std::strerror(errno));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    return std::unexpected(std::strerror(errno));
  }
  std::string answer;
  while (true) {
    const short events = request.empty() ? POLLIN : POLLOUT;
    if (!Wait(fd.get(), events, deadline)) return std::unexpected("no answer in time");
    if (!request.empty()) {
      const ssize_t sent = send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        return std::unexpected(std::strerror(errno));
      }
      request.remove_prefix(sent > 0 ? static_cast<size_t>(sent) : 0);
      continue;
    }
    char buffer[65536];
    const ssize_t size = recv(fd.get(), buffer, sizeof buffer, 0);
    if (size == 0) return answer;
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return std::unexpected(std::strerror(errno));
    answer.append(buffer, static_cast<size_t>(size));
    if (answer.size() > kMostBytes) return std::unexpected("the answer is too long to compare");
  }
}

bool EndedEarly(const wire::CgiAnswer& answer) {
  return std::ranges::any_of(answer.headers, [&](const auto& header) {
    return strcasecmp(header.first.c_str(), "Content-Length") == 0 &&
           header.second != std::to_string(answer.body.size());
  });
}

}  // namespace

std::expected<wire::CgiAnswer, std::string> HttpGet(int port, const std::string& target,
                                                    const std::vector<std::string>& headers,
                                                    std::chrono::milliseconds limit) {
  if (!IsTarget(target)) return std::unexpected(target + ": is no path that could be asked for");
  for (const auto& header : headers) {
    if (!IsHeader(header)) return std::unexpected("a header must be as in \"Name: value\"");
  }
  const auto where = [&](const std::string& what) {
    return std::unexpected(fmt::format("127.0.0.1:{}: {}", port, what));
  };
  auto text = Ask(port, RequestText(target, headers), steady_clock::now() + limit);
  if (!text) return where(text.error());
  auto answer = wire::ParseCgi(*std::move(text));
  if (!answer) return where(answer.error());
  if (EndedEarly(*answer)) return where("the answer ended too early");
  return answer;
}

}  // namespace host
