#include "functions/shared/thoughts/thought.h"

#include "host/base/json_text.h"
#include "host/base/utf8.h"

namespace thoughts {
namespace {

constexpr size_t kMaxCodePoints = 250;

constexpr host::Statement kUserId{"thoughts.user_id",
                                  "SELECT id FROM users WHERE username_key = name_key($1)"};

bool IsControl(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
}

void JoinLineBreaks(std::string& text) {
  for (size_t at = 0; (at = text.find("\r\n", at)) != std::string::npos;) text.erase(at, 1);
}

}  // namespace

host::Result<std::string> ParseText(const host::Request& request) {
  const auto fields = request.fields();
  if (!fields) return std::unexpected(fields.error());
  auto text = fields->RequiredText("text");
  if (!text) return std::unexpected(text.error());
  return CheckText(*std::move(text));
}

host::Result<std::string> CheckText(std::string text) {
  JoinLineBreaks(text);
  size_t length = 0, controls = 0;
  for (size_t at = 0; at < text.size(); ++length) {
    const auto c = host::NextCodePoint(text, at);
    if (!c) return host::Fail(422, "The text is not UTF-8.", {{"text", "is not UTF-8"}});
    if (IsControl(*c)) ++controls;
  }
  std::vector<host::FieldError> errors;
  if (length < 1) errors.push_back({"text", "is empty: a thought has 1 to 250 characters"});
  if (length > kMaxCodePoints) {
    errors.push_back(
        {"text", "has " + std::to_string(length) + " characters: a thought has 1 to 250"});
  }
  if (controls > 0)
    errors.push_back({"text", "holds control characters other than line feed and tab"});
  if (!errors.empty()) return host::Fail(422, "This text cannot be a thought.", std::move(errors));
  return text;
}

void AppendJson(std::string& out, const host::db::Row& row) {
  out += "{\"id\":";
  out += row.Text("id");
  out += ",\"username\":";
  host::AppendJsonString(out, row.Text("username"));
  out += ",\"text\":";
  host::AppendJsonString(out, row.Text("text"));
  out += ",\"timestamp\":\"";
  out += row.Text("timestamp");
  out += "\"}";
}

std::string ToJson(const host::db::Row& row) {
  std::string json;
  AppendJson(json, row);
  return json;
}

host::Problem NotFound() { return {404, "There is no such thought.", {}, {}}; }

std::optional<int64_t> FindUserId(host::db::Database& db, std::string_view username) {
  const auto row = db.Maybe(kUserId, username);
  return row ? std::optional(row->Integer("id")) : std::nullopt;
}

}  // namespace thoughts
