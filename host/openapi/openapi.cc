#include "host/openapi/openapi.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "host/openapi/operation.h"
#include "host/openapi/tree.h"

namespace host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKinds[] = {"schemas",       "parameters", "headers",
                                  "requestBodies", "responses",  "securitySchemes"};

// components/KIND.json for each kind that is there.
Tree ReadComponents(const std::string& folder, ManifestErrors& errors) {
  Tree components = Tree::object();
  for (const std::string kind : kKinds) {
    const std::string file = folder + "/components/" + kind + ".json";
    if (!fs::exists(file)) continue;
    Faults faults(file, errors);
    components[kind] = ReadTree(file, faults);
    for (auto& [name, value] : components[kind].items()) {
      if (kind == "responses") value = ExpandResponse(value, name, faults);
      if (kind == "requestBodies") value = ExpandRequest(value, name, faults);
    }
  }
  for (const auto& [kind, values] : components.items()) {
    Faults faults(folder + "/components/" + kind + ".json", errors);
    CheckReferences(values, "", components, faults);
  }
  return components;
}

std::set<std::string> AppScopes(const Tree& components) {
  std::set<std::string> scopes;
  const Tree::json_pointer at("/securitySchemes/oauth2/flows/authorizationCode/scopes");
  if (!components.contains(at)) return scopes;
  for (const auto& [scope, ignored] : components[at].items()) scopes.insert(scope);
  return scopes;
}

// What nothing names is left behind by a function that went.
void CheckUse(const Tree& document, const std::string& folder, ManifestErrors& errors) {
  const std::string text = document.dump();
  for (const auto& [kind, values] : document["components"].items()) {
    Faults faults(folder + "/components/" + kind + ".json", errors);
    for (const auto& [name, ignored] : values.items()) {
      const std::string mark = kind == "securitySchemes"
                                   ? "{\"" + name + "\":["
                                   : "\"#/components/" + kind + "/" + name + "\"";
      if (text.find(mark) == std::string::npos) faults.Add(name, "is used by nothing");
    }
  }
}

// "" , or below what promise to strangers the function stands.
std::string Promise(const Manifest& manifest, const Tree& below) {
  if (manifest.exposure != Exposure::kPublic || !manifest.cors) return "";
  for (const auto& route : manifest.routes) {
    for (const auto& prefix : below) {
      if (route.path.starts_with(prefix.get<std::string>())) return prefix;
    }
  }
  return "";
}

// By path and method, in the order of paths: what belongs together stands together.
using Paths = std::map<std::string, Tree>;

std::string Plain(std::string path) {  // {id:int} is {id}
  for (size_t at; (at = path.find(":int}")) != std::string::npos;) path.erase(at, 4);
  return path;
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void AddFunction(const Manifest& manifest, const std::string& file, const Shared& shared,
                 Paths& paths, ManifestErrors& errors) {
  Faults faults(file, errors);
  const size_t before = errors.size();
  const Tree api = ReadTree(file, faults);
  if (errors.size() == before) CheckDescription(api, manifest, shared, faults);
  if (errors.size() != before) return;
  int count = 0;
  for (const auto& route : manifest.routes) {
    for (const auto& method : route.methods) {
      const std::string id =
          ++count == 1 ? manifest.name : manifest.name + "_" + std::to_string(count);
      paths[Plain(route.path)][Lower(method)] =
          MakeOperation(api, manifest, route, method, id, shared, faults);
      if (errors.size() != before) return;  // not the same faults for each route
    }
  }
}

Tree ReadDocument(const std::string& folder, ManifestErrors& errors) {
  const std::string file = folder + "/document.json";
  Faults faults(file, errors);
  Tree document = ReadTree(file, faults);
  CheckKeys(document, "", {"info", "servers", "tags", "paths", "described_below"}, faults);
  for (const char* key : {"info", "servers", "tags", "paths", "described_below"}) {
    if (!document.contains(key)) faults.Add(key, "missing; every key must be stated");
  }
  return document;
}

}  // namespace

std::expected<std::string, ManifestErrors> DescribeApi(const ApiSources& sources) {
  const auto manifests = ReadManifests(sources.functions);
  if (!manifests) return std::unexpected(manifests.error());
  ManifestErrors errors;
  const Tree given = ReadDocument(sources.shared, errors);
  Shared shared{ReadComponents(sources.shared, errors), {}, {}};
  if (!errors.empty()) return std::unexpected(std::move(errors));
  for (const auto& tag : given["tags"]) shared.tags.insert(tag["name"].get<std::string>());
  shared.app_scopes = AppScopes(shared.components);

  Tree document = {{"openapi", "3.1.0"}, {"info", given["info"]}};
  const std::string words = sources.shared + "/description.md";
  Faults faults(words, errors);
  document["info"]["version"] = sources.version;
  document["info"]["description"] = ReadText(words, faults);
  document["servers"] = given["servers"];
  document["tags"] = given["tags"];

  Paths paths;
  Faults of_document(sources.shared + "/document.json", errors);
  CheckReferences(given["paths"], "paths", shared.components, of_document);
  for (const auto& [path, item] : given["paths"].items()) paths[path] = item;
  for (const auto& manifest : *manifests) {
    const std::string file = sources.functions + "/" + manifest.name + "/api.json";
    if (fs::exists(file)) {
      AddFunction(manifest, file, shared, paths, errors);
    } else if (const auto promise = Promise(manifest, given["described_below"]); !promise.empty()) {
      Faults(file, errors)
          .Add("(file)", "missing: what stands below " + promise +
                             " is described, or says \"cors\": false since it is a page");
    }
  }
  document["paths"] = Tree::object();
  for (auto& [path, item] : paths) document["paths"][path] = std::move(item);
  document["components"] = std::move(shared.components);
  if (errors.empty()) CheckUse(document, sources.shared, errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return document.dump(1) + "\n";
}

}  // namespace host
