#include "tests/chaos/monolith.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "tests/chaos/stage.h"

namespace chaos {
namespace {

constexpr std::string_view kForm = "text=";

// A whole request: NGINX sends the head and the body of a length that it states.
std::optional<std::string> ReadRequest(int fd) {
  std::string request;
  std::array<char, 8192> piece;
  while (true) {
    const auto head = request.find("\r\n\r\n");
    if (head != request.npos) {
      const auto at = request.find("Content-Length: ");
      const size_t body = at < head ? std::strtoul(request.c_str() + at + 16, nullptr, 10) : 0;
      if (request.size() >= head + 4 + body) return request;
    }
    const ssize_t size = recv(fd, piece.data(), piece.size(), 0);
    if (size <= 0) return std::nullopt;
    request.append(piece.data(), static_cast<size_t>(size));
  }
}

std::string Answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nX-Served-By: monolith\r\nConnection: close\r\n\r\n" + body;
}

// A thought of the trials' user, as the old site writes it: a row, and nothing else.
std::string Write(const std::string& text) {
  const auto id = Database().One(
      "INSERT INTO thoughts (user_id, username, text) VALUES ($1, $2, $3) RETURNING id::text",
      {std::to_string(Writer().id), Writer().username, text});
  return nlohmann::json{{"id", std::stol(id)}, {"text", text}}.dump();
}

std::string AnswerTo(const std::string& request) {
  const auto body = request.substr(request.find("\r\n\r\n") + 4);
  if (request.starts_with("GET ") && request.find("null ") < request.find('\r')) {
    return Answer("200 OK", R"({"hello":"world"})");
  }
  if (request.starts_with("POST ") && body.starts_with(kForm)) {
    return Answer("201 Created", Write(body.substr(kForm.size())));
  }
  return Answer("404 Not Found", "{}");
}

}  // namespace

Monolith::Monolith(int port) : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!listener_) throw std::system_error(errno, std::generic_category(), "socket");
  const int on = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_.get(), SOMAXCONN) != 0) {
    throw std::system_error(errno, std::generic_category(), "port " + std::to_string(port));
  }
  thread_ = std::thread([this] { Accept(); });
}

Monolith::~Monolith() {
  shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
  for (int serving = serving_; serving > 0; serving = serving_) serving_.wait(serving);
}

void Monolith::Accept() {
  while (true) {
    host::Fd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    ++serving_;
    std::thread([this, fd = std::move(client)]() mutable {
      Serve(std::move(fd));
      --serving_;
      serving_.notify_all();
    }).detach();
  }
}

void Monolith::Serve(host::Fd client) {
  const auto request = ReadRequest(client.get());
  if (!request) return;
  const auto answer = AnswerTo(*request);
  send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  ++answered_;
}

Monolith& TheMonolith() {
  static Monolith monolith([] {
    const char* port = std::getenv("MONOLITH_PORT");
    if (port == nullptr) throw std::runtime_error("MONOLITH_PORT is not set");
    return std::atoi(port);
  }());
  return monolith;
}

}  // namespace chaos
