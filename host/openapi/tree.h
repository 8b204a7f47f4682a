// JSON whose keys stay in order, as people wrote them. Only for .cc files of this folder.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "host/manifest/strict_object.h"

namespace host {

using Tree = nlohmann::ordered_json;

// {"$ref": "#/components/KIND/NAME"}
Tree Reference(const std::string& kind, const std::string& name);

// The file's JSON object; empty after a fault. `file` is also what the faults are called by.
Tree ReadTree(const std::string& file, Faults& faults);
std::string ReadText(const std::string& file, Faults& faults);

// Faults for keys of `object` (which stands at `where`) that are not `known`. False when it is no
// object.
bool CheckKeys(const Tree& object, const std::string& where,
               std::initializer_list<std::string_view> known, Faults& faults);

// Wherever an object of OpenAPI may stand, a text names one of components/: these put the reference
// in its place. `where` is the key for faults.
Tree ExpandParameters(const Tree& list, const std::string& where, Faults& faults);
Tree ExpandRequest(const Tree& request, const std::string& where, Faults& faults);
Tree ExpandResponse(const Tree& response, const std::string& where, Faults& faults);

// Faults for references within `tree` to what `components` does not hold.
void CheckReferences(const Tree& tree, const std::string& where, const Tree& components,
                     Faults& faults);

}  // namespace host
