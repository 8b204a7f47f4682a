#include "host/function/request.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "host/base/utf8.h"

namespace host {
namespace {

// Opaque ids that may go into a log line and a header unchanged.
bool IsPlainId(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

StringMap ParseQuery(std::string_view text) {
  StringMap query;
  while (!text.empty()) {
    const size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const size_t equals = pair.find('=');
    auto name = DecodeForm(pair.substr(0, equals));
    auto value =
        DecodeForm(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    // A parameter that cannot be read is no parameter of ours; the ones that can are checked by who
    // uses them.
    if (!name || name->empty()) continue;
    query.insert_or_assign(*std::move(name), value ? *std::move(value) : std::string("\xFF"));
  }
  return query;
}

// The media type without its parameters, lower-case.
std::string MediaType(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return type;
}

}  // namespace

Request::Request(RequestParts parts)
    : parts_(std::move(parts)), query_(ParseQuery(parts_.query_string)) {
  const auto wished = header("x-request-id");
  id_ = wished && IsPlainId(*wished) ? std::string(*wished) : parts_.request_id;
  const auto key = header("idempotency-key");
  key_ = key ? std::string(*key) : parts_.request_id;
}

const std::string& Request::key() const { return key_; }

std::string_view Request::route(std::string_view name) const {
  const auto found = parts_.route.find(name);
  if (found == parts_.route.end()) {
    throw std::out_of_range("the route has no parameter " + std::string(name) +
                            ": see function.json");
  }
  return found->second;
}

Result<int64_t> Request::route_int(std::string_view name) const {
  const std::string_view text = route(name);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return Fail(404, "Nothing has this " + std::string(name) + ".");
  }
  return value;
}

namespace {
std::optional<std::string_view> Find(const StringMap& map, std::string_view name) {
  const auto found = map.find(name);
  if (found == map.end()) return std::nullopt;
  return found->second;
}
}  // namespace

std::optional<std::string_view> Request::query(std::string_view name) const {
  return Find(query_, name);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  return Find(parts_.headers, name);
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  const auto all = header("cookie");
  if (!all) return std::nullopt;
  std::string_view rest = *all;
  while (!rest.empty()) {
    const size_t end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    while (pair.ends_with(' ')) pair.remove_suffix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

Result<Fields> Request::fields() const {
  if (body().empty()) return Fields();
  const std::string type = MediaType(header("content-type").value_or(""));
  if (type == "application/x-www-form-urlencoded") return Fields::FromForm(body());
  if (type == "application/json") return Fields::FromJson(body());
  return Fail(415, "The body must be application/json or application/x-www-form-urlencoded.");
}

}  // namespace host
