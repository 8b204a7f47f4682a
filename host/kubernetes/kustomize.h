// What `kubectl kustomize FOLDER` makes of the folders in deploy/kubernetes, without kubectl: the
// part of kustomize that they use. Anything else in a kustomization.yaml is refused by name, so
// that nothing is passed over in silence. tests/kubernetes holds both against each other where
// kubectl is present.
//
// Known: resources (files, folders), components, namespace, labels (without selectors), images
// (newName, newTag), patches (JSON 6902, inline or by path, target by kind, name and
// labelSelector of equal values), configMapGenerator and secretGenerator (files, literals,
// options.disableNameSuffixHash), generatorOptions.disableNameSuffixHash.
//
// Names of generated ConfigMaps and Secrets end with a hash of what is in them, as kustomize writes
// it, so that pods are replaced when it changes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace host::kubernetes {

// All objects, in no order that anybody should rely on. Throws std::runtime_error that names the
// file and what is wrong with it.
std::vector<nlohmann::json> Kustomize(const std::string& folder);

}  // namespace host::kubernetes
