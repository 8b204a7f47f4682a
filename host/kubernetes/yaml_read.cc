#include <yaml-cpp/yaml.h>

#include <charconv>
#include <regex>
#include <stdexcept>

#include "host/kubernetes/yaml.h"

namespace host::kubernetes {
namespace {

using Json = nlohmann::json;

[[noreturn]] void Fail(const std::string& file, const YAML::Mark& mark, const std::string& what) {
  throw std::runtime_error(file + ":" + std::to_string(mark.line + 1) + ": " + what);
}

// A word without quotes.
Json Plain(const std::string& text, const std::string& file, const YAML::Mark& mark) {
  static const std::regex truth("yes|no|on|off|y|n", std::regex::icase);
  static const std::regex whole("[-+]?(0|[1-9][0-9]{0,17})");
  static const std::regex octal("[-+]?0[0-9o].*");
  static const std::regex broken(R"([-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?)");
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  if (std::regex_match(text, truth)) Fail(file, mark, "quote \"" + text + "\", or say true, false");
  if (std::regex_match(text, whole)) return std::stol(text);
  if (std::regex_match(text, octal))
    Fail(file, mark, "quote \"" + text + "\", or write it decimal");
  if (std::regex_match(text, broken)) return std::stod(text);
  return text;
}

Json Convert(const YAML::Node& node, const std::string& file) {
  if (node.IsMap()) {
    Json out = Json::object();
    for (const auto& pair : node) {
      const std::string key = pair.first.Scalar();
      if (out.contains(key)) Fail(file, pair.first.Mark(), "\"" + key + "\" stands there twice");
      out[key] = Convert(pair.second, file);
    }
    return out;
  }
  if (node.IsSequence()) {
    Json out = Json::array();
    for (const auto& each : node) out.push_back(Convert(each, file));
    return out;
  }
  if (!node.IsScalar()) return nullptr;
  if (node.Tag() == "!") return node.Scalar();  // in quotes, or a block
  return Plain(node.Scalar(), file, node.Mark());
}

}  // namespace

std::vector<Json> ReadYaml(std::string_view text, const std::string& file) {
  std::vector<Json> out;
  try {
    for (const auto& document : YAML::LoadAll(std::string(text))) {
      if (document.IsNull() || !document.IsDefined()) continue;
      out.push_back(Convert(document, file));
    }
  } catch (const YAML::Exception& fault) {
    Fail(file, fault.mark, fault.msg);
  }
  return out;
}

}  // namespace host::kubernetes
