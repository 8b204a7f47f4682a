#include "functions/shared/session/json_object.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace session {
namespace {

constexpr size_t kMaxDepth = 8;

// Returning false ends the parse: input that is too deep costs no more than its first levels.
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Reader(std::map<std::string, JsonValue, std::less<>>& members) : members_(members) {}

  bool null() override { return Value(OtherValue{}); }
  bool boolean(bool) override { return Value(OtherValue{}); }
  bool number_integer(int64_t value) override { return Value(value); }
  bool number_unsigned(uint64_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return false;
    return Value(static_cast<int64_t>(value));
  }
  bool number_float(double, const std::string&) override { return Value(OtherValue{}); }
  bool string(std::string& value) override { return Value(std::move(value)); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return !keys_.empty() && Open(); }
  bool end_array() override { return Close(); }
  bool key(std::string& name) override {
    if (keys_.size() == 1) name_ = name;
    return keys_.back().insert(std::move(name)).second;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool Open() {
    if (!keys_.empty() && !Value(OtherValue{})) return false;
    keys_.emplace_back();
    return keys_.size() <= kMaxDepth;
  }
  bool Close() {
    keys_.pop_back();
    return true;
  }
  bool Value(JsonValue value) {
    if (keys_.empty()) return false;  // the whole text is a bare value
    if (keys_.size() == 1) members_.emplace(name_, std::move(value));
    return true;
  }

  std::map<std::string, JsonValue, std::less<>>& members_;
  std::vector<std::set<std::string>> keys_;  // seen so far, by level
  std::string name_;
};

}  // namespace

std::optional<JsonObject> JsonObject::Parse(std::string_view text) {
  JsonObject object;
  Reader reader(object.members_);
  if (!nlohmann::json::sax_parse(text, &reader)) return std::nullopt;
  return object;
}

const std::string* JsonObject::Text(std::string_view name) const {
  const auto it = members_.find(name);
  return it == members_.end() ? nullptr : std::get_if<std::string>(&it->second);
}

std::optional<int64_t> JsonObject::Integer(std::string_view name) const {
  const auto it = members_.find(name);
  if (it == members_.end()) return std::nullopt;
  const auto* value = std::get_if<int64_t>(&it->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace session
