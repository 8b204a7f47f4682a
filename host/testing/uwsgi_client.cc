#include "host/testing/uwsgi_client.h"

namespace host::testing {
namespace {

std::string Word(size_t n) { return {static_cast<char>(n), static_cast<char>(n >> 8)}; }

}  // namespace

std::string UwsgiPairsBytes(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += Word(name.size()) + name + Word(value.size()) + value;
  }
  return out;
}

std::string UwsgiPacket(const std::string& parameters) {
  return std::string(1, 0) + Word(parameters.size()) + std::string(1, 0) + parameters;
}

std::string UwsgiRequestBytes(Pairs pairs, const std::string& body) {
  if (!body.empty()) pairs.emplace_back("CONTENT_LENGTH", std::to_string(body.size()));
  return UwsgiPacket(UwsgiPairsBytes(pairs)) + body;
}

}  // namespace host::testing
