#include "host/function/fields.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "host/base/utf8.h"

namespace host {
namespace {

// Deeper JSON is refused before it costs anything: no route of ours nests at all.
constexpr int kMaxDepth = 32;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Problem NotAString(std::string_view name, const std::string& type) {
  const std::string detail = "must be a string, not " + type;
  return Problem{422, std::string(name) + " " + detail, {{std::string(name), detail}}, {}};
}

std::optional<int64_t> WholeNumber(const nlohmann::json& value) {
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<uint64_t>() > kMost) return std::nullopt;
  return value.get<int64_t>();
}

std::optional<int64_t> WholeNumber(const std::string& text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::string> DecodeForm(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string EncodeComponent(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
        c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

Result<Fields> Fields::FromForm(std::string_view body) {
  Fields fields;
  while (!body.empty()) {
    const size_t end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const auto name = DecodeForm(pair.substr(0, equals));
    const auto value =
        DecodeForm(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!name || !value) return Fail(400, "The form body has a broken percent escape.");
    if (!IsUtf8(*name) || !IsUtf8(*value)) return Fail(400, "The form body is not UTF-8.");
    fields.values_.insert_or_assign(*name, *value);
  }
  return fields;
}

Result<Fields> Fields::FromJson(std::string_view body) {
  bool too_deep = false;
  const auto limit = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;
  };
  const auto tree = nlohmann::json::parse(body, limit, /*allow_exceptions=*/false);
  if (too_deep) return Fail(400, "The JSON body is nested too deeply.");
  if (tree.is_discarded()) return Fail(400, "The body is not valid JSON.");
  if (!tree.is_object()) return Fail(400, "The JSON body must be an object.");
  Fields fields;
  for (const auto& [name, value] : tree.items()) {
    if (value.is_null()) continue;
    if (value.is_string()) {
      fields.values_.insert_or_assign(name, value.get<std::string>());
    } else {
      fields.values_.insert_or_assign(name, NotText{value.type_name(), WholeNumber(value)});
    }
  }
  return fields;
}

Result<std::optional<std::string>> Fields::Text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  if (const auto* other = std::get_if<NotText>(&found->second)) {
    return std::unexpected(NotAString(name, other->type));
  }
  const auto& text = std::get<std::string>(found->second);
  if (text.find('\0') != std::string::npos) {
    return Fail(422, std::string(name) + " must not hold a NUL character.",
                {{std::string(name), "must not hold a NUL character"}});
  }
  return text;
}

Result<std::optional<int64_t>> Fields::Integer(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  const auto* text = std::get_if<std::string>(&found->second);
  if (text != nullptr && text->empty()) return std::nullopt;
  const auto number =
      text != nullptr ? WholeNumber(*text) : std::get<NotText>(found->second).integer;
  if (number) return number;
  return Fail(422, std::string(name) + " must be a whole number.",
              {{std::string(name), "must be a whole number"}});
}

Result<std::string> Fields::RequiredText(std::string_view name) const {
  auto text = Text(name);
  if (!text) return std::unexpected(text.error());
  if (!*text) {
    return Fail(422, std::string(name) + " is required.", {{std::string(name), "is required"}});
  }
  return **std::move(text);
}

}  // namespace host
