#include "host/manifest/strict_object.h"

#include <algorithm>
#include <set>

namespace host {
namespace {

const nlohmann::json kEmptyArray = nlohmann::json::array();

std::string Shown(const nlohmann::json& value) {
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).substr(0, 60);
}

std::string Quoted(std::initializer_list<std::string_view> words) {
  std::string out;
  for (const auto word : words) {
    if (!out.empty()) out += ", ";
    out += '"' + std::string(word) + '"';
  }
  return out;
}

}  // namespace

StrictObject::StrictObject(const nlohmann::json& value, std::string prefix,
                           std::initializer_list<std::string_view> known, Faults& faults)
    : value_(&value), prefix_(std::move(prefix)), faults_(&faults) {
  for (const auto& [key, ignored] : value.items()) {
    if (std::ranges::find(known, std::string_view(key)) == known.end()) {
      Fault(key, "unknown key; known are " + Quoted(known));
    }
  }
}

const nlohmann::json* StrictObject::Find(const std::string& key) {
  const auto found = value_->find(key);
  if (found != value_->end()) return &*found;
  Fault(key, "missing; every key must be stated");
  return nullptr;
}

std::string StrictObject::Text(const std::string& key, size_t max_bytes) {
  const auto* value = Find(key);
  if (value == nullptr) return "";
  const std::string rule =
      "must be a text of at most " + std::to_string(max_bytes) + " bytes in one line";
  if (!value->is_string()) {
    Fault(key, rule + ", is " + Shown(*value));
    return "";
  }
  const auto& text = value->get_ref<const std::string&>();
  const bool control =
      std::ranges::any_of(text, [](unsigned char c) { return c < 32 || c == 127; });
  if (text.size() > max_bytes || control) Fault(key, rule);
  return text;
}

std::string StrictObject::OneOf(const std::string& key,
                                std::initializer_list<std::string_view> allowed) {
  const auto* value = Find(key);
  if (value == nullptr) return "";
  if (value->is_string() &&
      std::ranges::find(allowed, std::string_view(value->get_ref<const std::string&>())) !=
          allowed.end()) {
    return value->get<std::string>();
  }
  Fault(key, "must be one of " + Quoted(allowed) + ", is " + Shown(*value));
  return "";
}

long StrictObject::Number(const std::string& key, long least, long most) {
  const auto* value = Find(key);
  if (value == nullptr) return least;
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<uint64_t>() <= INT64_MAX);
  if (fits && value->get<int64_t>() >= least && value->get<int64_t>() <= most) {
    return value->get<int64_t>();
  }
  Fault(key, "must be a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", is " + Shown(*value));
  return least;
}

bool StrictObject::Flag(const std::string& key) {
  const auto* value = Find(key);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  Fault(key, "must be true or false, is " + Shown(*value));
  return false;
}

const nlohmann::json* StrictObject::Object(const std::string& key) {
  const auto* value = Find(key);
  if (value != nullptr && value->is_object()) return value;
  if (value != nullptr) Fault(key, "must be an object, is " + Shown(*value));
  return nullptr;
}

const nlohmann::json& StrictObject::Array(const std::string& key) {
  const auto* value = Find(key);
  if (value != nullptr && value->is_array()) return *value;
  if (value != nullptr) Fault(key, "must be an array, is " + Shown(*value));
  return kEmptyArray;
}

nlohmann::json ParseStrictJson(std::string_view text, Faults& faults) {
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> seen;  // the keys of each open object
  std::vector<std::string> twice;
  const auto watch = [&](int, Event event, nlohmann::json& parsed) {
    if (event == Event::object_start) seen.emplace_back();
    if (event == Event::object_end) seen.pop_back();
    if (event == Event::key && !seen.back().insert(parsed.get<std::string>()).second) {
      twice.push_back(parsed.get<std::string>());
    }
    return true;
  };
  try {
    auto value = nlohmann::json::parse(text, watch);
    for (const auto& key : twice) faults.Add(key, "stands twice in one object; state it once");
    if (value.is_object()) return value;
    faults.Add("(file)", "must be a JSON object, is " + Shown(value));
  } catch (const nlohmann::json::exception& error) {
    faults.Add("(file)", std::string("is not JSON: ") + error.what());
  }
  return nullptr;
}

}  // namespace host
