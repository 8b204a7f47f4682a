#include "host/nginx_config/template.h"

#include <stdexcept>

namespace host {
namespace {

std::string ValueOf(std::string_view name, const Values& values) {
  if (name.starts_with("> ")) return Fill("snippets/" + std::string(name.substr(2)), values);
  const auto found = values.find(name);
  if (found == values.end()) throw std::logic_error("template: no value for " + std::string(name));
  return found->second;
}

void AppendIndented(std::string& out, std::string_view indent, std::string_view value) {
  while (!value.empty()) {
    const size_t end = value.find('\n');
    const std::string_view line = value.substr(0, end);
    if (!line.empty()) out.append(indent).append(line);
    out += '\n';
    value = end == std::string_view::npos ? "" : value.substr(end + 1);
  }
}

void AppendLine(std::string& out, std::string_view line, const Values& values) {
  const size_t start = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view word = line.substr(start);
  if (word.starts_with("{{") && word.find("}}") == word.size() - 2) {
    AppendIndented(out, line.substr(0, start), ValueOf(word.substr(2, word.size() - 4), values));
    return;
  }
  for (size_t open = line.find("{{"); open != std::string_view::npos; open = line.find("{{")) {
    const size_t close = line.find("}}", open);
    if (close == std::string_view::npos) throw std::logic_error("template: {{ without }}");
    out += line.substr(0, open);
    out += ValueOf(line.substr(open + 2, close - open - 2), values);
    line.remove_prefix(close + 2);
  }
  out.append(line) += '\n';
}

}  // namespace

std::string FillText(std::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    AppendLine(out, text.substr(0, end), values);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return out;
}

std::string Fill(std::string_view file, const Values& values) {
  return FillText(Embedded(file), values);
}

}  // namespace host
