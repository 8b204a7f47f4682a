// One operation of the document: what api.json says and what follows from the manifest.
#pragma once

#include <set>
#include <string>

#include "host/manifest/manifest.h"
#include "host/openapi/tree.h"

namespace host {

struct Shared {
  Tree components;
  std::set<std::string> tags;
  std::set<std::string> app_scopes;  // those that OAuth clients can have
};

// Faults of what api.json says; keys that the manifest answers are unknown there.
void CheckDescription(const Tree& api, const Manifest& manifest, const Shared& shared,
                      Faults& faults);

// Of a description in which CheckDescription found no fault; more may be found within its parts.
// Answers that api.json states win over those that follow.
Tree MakeOperation(const Tree& api, const Manifest& manifest, const Route& route,
                   const std::string& method, const std::string& id, const Shared& shared,
                   Faults& faults);

}  // namespace host
