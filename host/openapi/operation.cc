#include "host/openapi/operation.h"

#include <algorithm>
#include <map>
#include <utility>

namespace host {
namespace {

bool IsWrite(const std::string& method) { return method != "GET"; }

// Whether the function stores the keys of requests and gives first answers again. Most that may be
// repeated do; an api.json says so when the repeat gets another answer.
bool KeepsAnswers(const Tree& api, const Manifest& manifest, const std::string& method) {
  return IsWrite(method) && manifest.repeat_safe && api.value("idempotency_key", true);
}

bool ReadsFields(const Tree& api) {
  return api.contains("request") && api["request"].is_object() && api["request"].contains("fields");
}

// The answers that a function's manifest promises, and those that any function of the host gives.
std::map<std::string, std::string> Implied(const Tree& api, const Manifest& manifest,
                                           const std::string& method) {
  std::map<std::string, std::string> answers = {
      {"400", "BadRequest"}, {"503", "Unavailable"}, {"5XX", "ServerError"}};
  if (!manifest.scope.empty()) {
    answers["401"] = "Unauthorized";
    answers["403"] = "Forbidden";
  }
  if (api.contains("request")) answers["413"] = "TooLarge";
  if (ReadsFields(api)) answers["415"] = "UnsupportedType";
  if (KeepsAnswers(api, manifest, method)) answers["422"] = "Unprocessable";
  if (manifest.limits.rate.per_second > 0) answers["429"] = "TooMany";
  return answers;
}

bool Names(const Tree& parameter, const std::string& name, const Tree& components) {
  const Tree* value = &parameter;
  if (parameter.contains("$ref")) {
    const auto target = parameter["$ref"].get<std::string>();
    value = &components["parameters"][target.substr(target.rfind('/') + 1)];
  }
  return value->value("in", "") == "path" && value->value("name", "") == name;
}

Tree Parameters(const Tree& api, const Manifest& manifest, const Route& route,
                const std::string& method, const Shared& shared, Faults& faults) {
  const Tree stated = api.contains("parameters")
                          ? ExpandParameters(api["parameters"], "parameters", faults)
                          : Tree::array();
  Tree out = Tree::array();
  for (const auto& segment : route.segments) {
    if (segment.kind == PathSegment::Kind::kLiteral) continue;
    const bool known = std::ranges::any_of(
        stated, [&](const Tree& each) { return Names(each, segment.text, shared.components); });
    if (known) continue;
    const Tree schema = segment.kind == PathSegment::Kind::kInteger
                            ? Tree{{"type", "integer"}, {"format", "int64"}, {"minimum", 0}}
                            : Tree{{"type", "string"}};
    out.push_back({{"name", segment.text}, {"in", "path"}, {"required", true}, {"schema", schema}});
  }
  for (const auto& each : stated) out.push_back(each);
  if (KeepsAnswers(api, manifest, method)) {
    out.push_back(Reference("parameters", "IdempotencyKey"));
  }
  return out;
}

Tree Responses(const Tree& api, const Manifest& manifest, const std::string& method,
               Faults& faults) {
  std::map<std::string, Tree> answers;  // by status
  for (const auto& [status, name] : Implied(api, manifest, method)) {
    answers[status] = Reference("responses", name);
  }
  for (const auto& [status, response] : api["responses"].items()) {
    answers[status] = ExpandResponse(response, "responses." + status, faults);
  }
  Tree out = Tree::object();
  for (auto& [status, response] : answers) out[status] = std::move(response);
  return out;
}

// Tokens of sessions and personal ones are all "bearer"; in OpenAPI 3.1 the list may name a role
// for it. Apps come by "oauth2" with the scopes that they can have.
Tree Security(const Tree& api, const Manifest& manifest, const Shared& shared) {
  if (api.contains("security")) return api["security"];
  Tree out = Tree::array();
  if (manifest.scope.empty()) return out;
  const Tree scopes = Tree::array({manifest.scope});
  out.push_back({{"bearer", scopes}});
  if (shared.app_scopes.contains(manifest.scope)) out.push_back({{"oauth2", scopes}});
  return out;
}

bool IsStatus(const std::string& text) {
  return text.size() == 3 && text[0] >= '2' && text[0] <= '5' &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

void CheckResponses(const Tree& api, const Manifest& manifest, Faults& faults) {
  if (!api.contains("responses") || !api["responses"].is_object()) {
    faults.Add("responses", "missing: an object of the answers by status");
    return;
  }
  bool good = false;
  for (const auto& [status, response] : api["responses"].items()) {
    good |= status.starts_with('2');
    if (!IsStatus(status)) faults.Add("responses." + status, "is no status");
    for (const auto& route : manifest.routes) {
      const auto implied = Implied(api, manifest, route.methods[0]);
      const auto found = implied.find(status);
      if (found != implied.end() && response == found->second) {
        faults.Add("responses." + status, "follows from function.json; leave it out");
        break;
      }
    }
  }
  if (!good) faults.Add("responses", "none of 200 to 299: say what it answers when all is well");
}

void CheckSecurity(const Tree& api, const Manifest& manifest, const Shared& shared,
                   Faults& faults) {
  if (!api.contains("security")) return;
  if (!manifest.scope.empty()) {
    faults.Add("security", "follows from the scope in function.json; leave it out");
  }
  const auto schemes = shared.components.find("securitySchemes");
  for (const auto& one : api["security"]) {
    for (const auto& [name, ignored] : one.items()) {
      if (schemes == shared.components.end() || !schemes->contains(name)) {
        faults.Add("security", "there is no " + name + " in components/securitySchemes.json");
      }
    }
  }
}

}  // namespace

void CheckDescription(const Tree& api, const Manifest& manifest, const Shared& shared,
                      Faults& faults) {
  CheckKeys(
      api, "",
      {"tag", "description", "parameters", "request", "responses", "security", "idempotency_key"},
      faults);
  if (manifest.exposure != Exposure::kPublic) {
    faults.Add("(file)", "the function is internal; only public ones are described");
  }
  const auto tag = api.find("tag");
  if (tag == api.end() || !tag->is_string() || !shared.tags.contains(tag->get<std::string>())) {
    faults.Add("tag", "must be one of the tags of document.json");
  }
  if (api.contains("description") && !api["description"].is_string()) {
    faults.Add("description", "must be a text");
  }
  if (api.contains("idempotency_key") && api["idempotency_key"] != false) {
    faults.Add("idempotency_key", "can only be false; it follows from repeat_safe else");
  }
  if (api.contains("security") && !api["security"].is_array()) {
    faults.Add("security", "must be an array");
  } else {
    CheckSecurity(api, manifest, shared, faults);
  }
  CheckResponses(api, manifest, faults);
}

Tree MakeOperation(const Tree& api, const Manifest& manifest, const Route& route,
                   const std::string& method, const std::string& id, const Shared& shared,
                   Faults& faults) {
  Tree operation = {{"operationId", id}, {"summary", manifest.summary}};
  if (api.contains("description")) operation["description"] = api["description"];
  operation["tags"] = Tree::array({api["tag"]});
  auto parameters = Parameters(api, manifest, route, method, shared, faults);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (api.contains("request")) {
    operation["requestBody"] = ExpandRequest(api["request"], "request", faults);
  }
  operation["responses"] = Responses(api, manifest, method, faults);
  operation["security"] = Security(api, manifest, shared);
  CheckReferences(operation, "", shared.components, faults);
  return operation;
}

}  // namespace host
