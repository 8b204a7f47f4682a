// kustomize's generators: ConfigMaps and Secrets from files and literals.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace host::kubernetes {

// An entry of configMapGenerator (kind "ConfigMap") or secretGenerator ("Secret") in the
// kustomization.yaml of `folder`. Throws std::runtime_error.
nlohmann::json Generate(const std::string& kind, const nlohmann::json& entry,
                        const std::string& folder);

// "-" and ten letters: kustomize's hash of a ConfigMap or Secret.
std::string NameSuffix(const nlohmann::json& object);

}  // namespace host::kubernetes
