// YAML as Kubernetes uses it: documents that are JSON in other clothes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace host::kubernetes {

// One document, block style, keys in alphabetical order, without "---". The same value gives the
// same text. Texts that a reader could take for something else ("on", "1", "1e3") are quoted.
std::string WriteYaml(const nlohmann::json& value);

// All documents of a file; empty ones are left out. Throws std::runtime_error naming `file` and the
// line: syntax, a key twice in one map, and bare words that readers of YAML 1.1 and 1.2 take for
// different things (yes, no, on, off, 0440: quote them).
std::vector<nlohmann::json> ReadYaml(std::string_view text, const std::string& file);

}  // namespace host::kubernetes
