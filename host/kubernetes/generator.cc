#include "host/kubernetes/generator.h"

#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace host::kubernetes {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string Base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  return out;
}

std::string Sha256Hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed");
  }
  std::string out;
  for (unsigned int i = 0; i < size; ++i) {
    for (const int nibble : {digest[i] >> 4, digest[i] & 15}) out += "0123456789abcdef"[nibble];
  }
  return out;
}

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path.string() + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// "KEY=REST", or only REST.
std::pair<std::string, std::string> Split(const std::string& text) {
  const size_t at = text.find('=');
  if (at == std::string::npos) return {"", text};
  return {text.substr(0, at), text.substr(at + 1)};
}

// Go's encoder, by which kustomize computes the hash, writes these three so.
std::string AsGoWrites(const Json& value) {
  std::string out;
  for (const char c : value.dump()) {
    switch (c) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

Json Generate(const std::string& kind, const Json& entry, const std::string& folder) {
  static const std::set<std::string> known = {"name", "files", "literals", "options", "type"};
  const std::string where = folder + "/kustomization.yaml: ";
  for (const auto& [key, ignored] : entry.items()) {
    if (!known.contains(key)) throw std::runtime_error(where + "unknown in a generator: " + key);
  }
  Json data = Json::object();
  const auto add = [&](const std::string& key, const std::string& value) {
    if (data.contains(key)) throw std::runtime_error(where + key + " stands there twice");
    data[key] = kind == "Secret" ? Base64(value) : value;
  };
  for (const auto& each : entry.value("files", Json::array())) {
    const auto [key, file] = Split(each.get<std::string>());
    add(key.empty() ? fs::path(file).filename().string() : key, ReadAll(fs::path(folder) / file));
  }
  for (const auto& each : entry.value("literals", Json::array())) {
    const auto [key, value] = Split(each.get<std::string>());
    if (key.empty()) throw std::runtime_error(where + "a literal must be KEY=VALUE: " + value);
    add(key, value);
  }
  Json object = {{"apiVersion", "v1"},
                 {"kind", kind},
                 {"metadata", {{"name", entry.at("name")}}},
                 {"data", data}};
  if (kind == "Secret") object["type"] = entry.value("type", "Opaque");
  return object;
}

std::string NameSuffix(const Json& object) {
  // kustomize means to take the name as well, looks it up at a wrong place, and so has it empty.
  Json hashed = {{"kind", object.at("kind")}, {"name", ""}, {"data", object.at("data")}};
  if (object.at("kind") == "Secret") hashed["type"] = object.at("type");
  std::string out = "-";
  for (const char c : Sha256Hex(AsGoWrites(hashed)).substr(0, 10)) {
    switch (c) {  // no digits that spell words, no vowels
      case '0':
        out += 'g';
        break;
      case '1':
        out += 'h';
        break;
      case '3':
        out += 'k';
        break;
      case 'a':
        out += 'm';
        break;
      case 'e':
        out += 't';
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace host::kubernetes
