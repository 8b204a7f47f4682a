#include "host/wire/client/uwsgi.h"

namespace host::wire {
namespace {

std::string Word(size_t n) { return {static_cast<char>(n), static_cast<char>(n >> 8)}; }

}  // namespace

std::string UwsgiPairs(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += Word(name.size()) + name + Word(value.size()) + value;
  }
  return out;
}

std::string UwsgiPacket(std::string_view parameters) {
  std::string packet(1, 0);
  packet += Word(parameters.size());
  packet += '\0';
  packet += parameters;
  return packet;
}

std::string UwsgiRequest(Pairs parameters, std::string_view body) {
  if (!body.empty()) parameters.emplace_back("CONTENT_LENGTH", std::to_string(body.size()));
  return UwsgiPacket(UwsgiPairs(parameters)).append(body);
}

}  // namespace host::wire
