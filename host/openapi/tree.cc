#include "host/openapi/tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace host {
namespace {

constexpr std::string_view kComponents = "#/components/";

// A media type's object; a text names its schema.
Tree ExpandMedia(const Tree& media, const std::string& where, Faults& faults) {
  Tree out;
  if (media.is_string()) {
    out["schema"] = Reference("schemas", media);
    return out;
  }
  if (!CheckKeys(media, where, {"schema", "example", "examples"}, faults)) return out;
  out = media;
  if (out.contains("schema") && out["schema"].is_string()) {
    out["schema"] = Reference("schemas", out["schema"]);
  }
  return out;
}

Tree ExpandContent(const Tree& content, const std::string& where, Faults& faults) {
  Tree out = Tree::object();
  if (!content.is_object() || content.empty()) {
    faults.Add(where, "must hold at least one media type");
    return out;
  }
  for (const auto& [type, media] : content.items()) {
    out[type] = ExpandMedia(media, where + "." + type, faults);
  }
  return out;
}

}  // namespace

Tree Reference(const std::string& kind, const std::string& name) {
  return {{"$ref", std::string(kComponents) + kind + "/" + name}};
}

std::string ReadText(const std::string& file, Faults& faults) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream.is_open()) text << stream.rdbuf();
  if (!stream.good()) faults.Add("(file)", "cannot be read, or is empty");
  return text.str();
}

Tree ReadTree(const std::string& file, Faults& faults) {
  const std::string text = ReadText(file, faults);
  if (text.empty() || !ParseStrictJson(text, faults).is_object()) return Tree::object();
  return Tree::parse(text);
}

bool CheckKeys(const Tree& object, const std::string& where,
               std::initializer_list<std::string_view> known, Faults& faults) {
  if (!object.is_object()) {
    faults.Add(where, "must be an object, or the name of a component");
    return false;
  }
  for (const auto& [key, ignored] : object.items()) {
    if (std::ranges::find(known, std::string_view(key)) != known.end()) continue;
    std::string list;
    for (const auto word : known) list += (list.empty() ? "" : ", ") + std::string(word);
    faults.Add(where.empty() ? key : where + "." + key, "unknown key; known are " + list);
  }
  return true;
}

Tree ExpandParameters(const Tree& list, const std::string& where, Faults& faults) {
  Tree out = Tree::array();
  if (!list.is_array()) {
    faults.Add(where, "must be an array of parameters, or of names of components");
    return out;
  }
  for (const auto& each : list) {
    out.push_back(each.is_string() ? Reference("parameters", each) : each);
  }
  return out;
}

Tree ExpandRequest(const Tree& request, const std::string& where, Faults& faults) {
  if (request.is_string()) return Reference("requestBodies", request);
  Tree out = {{"required", true}};
  if (!CheckKeys(request, where, {"description", "required", "fields", "content"}, faults)) {
    return out;
  }
  if (request.contains("description")) out["description"] = request["description"];
  if (request.contains("required")) out["required"] = request["required"];
  if (request.contains("fields") == request.contains("content")) {
    faults.Add(where, "needs either \"fields\" or \"content\"");
  } else if (request.contains("fields")) {  // as Request::fields() reads them
    const Tree& schema = request["fields"];
    const Tree media = {{"schema", schema.is_string() ? Reference("schemas", schema) : schema}};
    out["content"]["application/json"] = media;
    out["content"]["application/x-www-form-urlencoded"] = media;
  } else {
    out["content"] = ExpandContent(request["content"], where + ".content", faults);
  }
  return out;
}

Tree ExpandResponse(const Tree& response, const std::string& where, Faults& faults) {
  if (response.is_string()) return Reference("responses", response);
  Tree out;
  if (!CheckKeys(response, where, {"description", "headers", "content"}, faults)) return out;
  if (!response.contains("description")) {
    faults.Add(where + ".description", "missing: say in a sentence what this answer means");
  }
  out = response;
  // Every answer has it, NGINX's own too.
  out["headers"]["X-Request-ID"] = "X-Request-ID";
  for (auto& [name, header] : out["headers"].items()) {
    if (header.is_string()) header = Reference("headers", header);
  }
  if (response.contains("content")) {
    out["content"] = ExpandContent(response["content"], where + ".content", faults);
  }
  return out;
}

void CheckReferences(const Tree& tree, const std::string& where, const Tree& components,
                     Faults& faults) {
  if (!tree.is_structured()) return;
  for (const auto& [key, value] : tree.items()) {
    const std::string inner = where.empty() ? key : where + "." + key;
    if (key != "$ref" || !value.is_string()) {
      CheckReferences(value, inner, components, faults);
      continue;
    }
    const auto& target = value.get_ref<const std::string&>();
    const size_t slash = target.find('/', kComponents.size());
    const bool good = target.starts_with(kComponents) && slash != std::string::npos;
    const auto kind =
        good ? components.find(target.substr(kComponents.size(), slash - kComponents.size()))
             : components.end();
    if (kind == components.end() || !kind->contains(target.substr(slash + 1))) {
      faults.Add(where, "nothing is at " + target + "; components/ holds what can be named");
    }
  }
}

}  // namespace host
