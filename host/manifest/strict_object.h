// Reads one JSON object whose keys must all be there, once, and of the right type; collects every
// fault. Only for .cc files: it includes the whole of nlohmann's header.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "host/manifest/manifest.h"

namespace host {

class Faults {
 public:
  Faults(std::string file, ManifestErrors& errors) : file_(std::move(file)), errors_(&errors) {}
  void Add(const std::string& key, const std::string& what) {
    errors_->push_back(file_ + ": " + key + ": " + what);
  }

 private:
  std::string file_;
  ManifestErrors* errors_;
};

class StrictObject {
 public:
  // `prefix` is "" or where the object stands, with a dot: "limits.rate.". Keys outside of `known`
  // become faults.
  StrictObject(const nlohmann::json& value, std::string prefix,
               std::initializer_list<std::string_view> known, Faults& faults);

  // After a fault each of these returns a harmless value of its type.
  std::string Text(const std::string& key, size_t max_bytes);
  std::string OneOf(const std::string& key, std::initializer_list<std::string_view> allowed);
  long Number(const std::string& key, long least, long most);
  bool Flag(const std::string& key);
  const nlohmann::json* Object(const std::string& key);  // null after a fault
  const nlohmann::json& Array(const std::string& key);

  std::string Where(const std::string& key) const { return prefix_ + key; }
  void Fault(const std::string& key, const std::string& what) { faults_->Add(Where(key), what); }

 private:
  const nlohmann::json* Find(const std::string& key);

  const nlohmann::json* value_;
  std::string prefix_;
  Faults* faults_;
};

// The whole file as JSON. Faults: no JSON, a key twice in one object, not an object. Null after a
// fault.
nlohmann::json ParseStrictJson(std::string_view text, Faults& faults);

}  // namespace host
