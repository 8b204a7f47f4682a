#include <regex>

#include "host/kubernetes/yaml.h"

namespace host::kubernetes {
namespace {

using Json = nlohmann::json;

// What every YAML reader takes for a text: begins with a letter or a slash, and is no word of YAML.
bool IsPlain(const std::string& text) {
  static const std::regex plain("[A-Za-z/][A-Za-z0-9_./@-]*(:[A-Za-z0-9_./@-]+)*");
  static const std::regex word("y|n|yes|no|on|off|true|false|null|nan|inf", std::regex::icase);
  return text.size() < 200 && std::regex_match(text, plain) && !std::regex_match(text, word);
}

// Lines that can stand in a block: not indented at first, nothing that must be escaped.
bool IsBlock(const std::string& text) {
  if (text.size() < 2 || text[0] == ' ' || text[0] == '\n' || text.back() != '\n') return false;
  if (text[text.size() - 2] == '\n') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 127 || (c < 32 && c != '\n')) return false;
    if (c == ' ' && text[i + 1] == '\n') return false;
  }
  return true;
}

std::string Scalar(const Json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return value.dump();  // JSON is YAML
}

bool IsNested(const Json& value) { return value.is_structured() && !value.empty(); }

void Write(const Json& value, const std::string& indent, std::string& out);

// What follows "key:" or "-".
void WriteValue(const Json& value, const std::string& indent, std::string& out) {
  if (IsNested(value)) {
    out += '\n';
    Write(value, indent, out);
  } else if (value.is_string() && IsBlock(value.get_ref<const std::string&>())) {
    out += " |\n";
    std::istringstream lines(value.get<std::string>());
    for (std::string line; std::getline(lines, line);) {
      out += line.empty() ? "\n" : indent + line + "\n";
    }
  } else {
    out += " " + Scalar(value) + "\n";
  }
}

void Write(const Json& value, const std::string& indent, std::string& out) {
  if (value.is_object()) {
    for (const auto& [key, each] : value.items()) {
      out += indent + Scalar(key) + ":";
      WriteValue(each, indent + (each.is_array() ? "" : "  "), out);
    }
    return;
  }
  for (const auto& each : value) {
    if (!IsNested(each)) {
      out += indent + "-";
      WriteValue(each, indent + "  ", out);
      continue;
    }
    std::string inner;
    Write(each, indent + "  ", inner);
    inner[indent.size()] = '-';
    out += inner;
  }
}

}  // namespace

std::string WriteYaml(const Json& value) {
  if (!IsNested(value)) return Scalar(value) + "\n";
  std::string out;
  Write(value, "", out);
  return out;
}

}  // namespace host::kubernetes
