#include "host/base/config.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace host {

Config::Config()
    : lookup_([](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
      }) {}

Config::Config(Lookup lookup) : lookup_(std::move(lookup)) {}

std::optional<std::string> Config::Find(const std::string& name) const { return lookup_(name); }

std::string Config::Text(const std::string& name) const {
  auto value = lookup_(name);
  if (!value) {
    throw std::runtime_error(
        name +
        " is not set: name it under \"environment\" or \"needs\" in the host's configuration");
  }
  return *std::move(value);
}

std::string Config::FileText(const std::string& name) const {
  const std::string path = Text(name);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(name + ": cannot read " + path + ": " + std::strerror(errno));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace host
