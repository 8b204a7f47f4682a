// What runs one function on Kubernetes, from its manifest.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/kubernetes/policy.h"
#include "host/manifest/manifest.h"

namespace host::kubernetes {

// The name of a function's objects, and of its Service in DNS: the function's with - for _. Throws
// std::runtime_error when that is no DNS label (a name that ends with _, or is over 63 letters).
std::string ObjectName(const std::string& function);

// Deployment, Service, HorizontalPodAutoscaler and PodDisruptionBudget. No namespace: kustomize
// sets it. Throws std::runtime_error for a need that the policy does not know.
std::vector<nlohmann::json> ObjectsOf(const Manifest& manifest, const Policy& policy);

// The same of its second version, under the name NAME-canary, its image as well: so an overlay's
// "images" can say of both what they are. NGINX gives it its share.
std::vector<nlohmann::json> CanaryOf(const Manifest& manifest, const Canary& canary, Policy policy);

}  // namespace host::kubernetes
