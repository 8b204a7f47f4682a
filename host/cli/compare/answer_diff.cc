#include "host/cli/compare/answer_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

namespace host {
namespace {

using Json = nlohmann::json;
using wire::CgiAnswer;
using Differences = std::vector<Difference>;

constexpr char kAbsent[] = "(absent)";
constexpr size_t kMostText = 100;

std::string Short(const std::string& text) {
  return text.size() <= kMostText ? text : text.substr(0, kMostText) + "...";
}

std::string Short(const Json& value) {
  return Short(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::map<std::string, std::string> Headers(const CgiAnswer& answer) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : answer.headers) {
    std::string key = name;
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
    if (kIgnoredHeaders.contains(key)) continue;
    std::string& all = headers[key];
    all += (all.empty() ? "" : " | ") + value;
  }
  return headers;
}

bool IsJson(const CgiAnswer& answer) {
  for (const auto& [name, value] : Headers(answer)) {
    const std::string type = value.substr(0, value.find(';'));
    if (name == "content-type") return type == "application/json" || type.ends_with("+json");
  }
  return false;
}

// A key as it stands in a path: plain ones behind a dot, others quoted.
std::string Step(const std::string& key) {
  const bool plain = !key.empty() && std::ranges::all_of(key, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c >= 0x80;
  });
  return plain ? "." + key : "[" + Json(key).dump() + "]";
}

void CompareValues(const std::string& path, const Json& a, const Json& b, Differences& out) {
  if (a.is_object() && b.is_object()) {
    for (const auto& [key, value] : a.items()) {
      if (b.contains(key)) {
        CompareValues(path + Step(key), value, b[key], out);
      } else {
        out.push_back({path + Step(key), Short(value), kAbsent});
      }
    }
    for (const auto& [key, value] : b.items()) {
      if (!a.contains(key)) out.push_back({path + Step(key), kAbsent, Short(value)});
    }
  } else if (a.is_array() && b.is_array()) {
    if (a.size() != b.size()) {
      out.push_back({path + ".length", std::to_string(a.size()), std::to_string(b.size())});
    }
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      CompareValues(fmt::format("{}[{}]", path, i), a[i], b[i], out);
    }
  } else if (a != b) {
    out.push_back({path, Short(a), Short(b)});
  }
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// All lines that differ, by number.
void CompareLines(const std::string& a, const std::string& b, Differences& out) {
  const auto left = Lines(a);
  const auto right = Lines(b);
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto line = [i](const auto& lines) {
      return i < lines.size() ? Short(Json(lines[i])) : kAbsent;
    };
    if (i >= left.size() || i >= right.size() || left[i] != right[i]) {
      out.push_back({fmt::format("body line {}", i + 1), line(left), line(right)});
    }
  }
}

void CompareBodies(const CgiAnswer& a, const CgiAnswer& b, bool json, Differences& out) {
  if (a.body == b.body) return;
  const Json left = json ? Json::parse(a.body, nullptr, false) : Json(Json::value_t::discarded);
  const Json right = json ? Json::parse(b.body, nullptr, false) : Json(Json::value_t::discarded);
  if (left.is_discarded() || right.is_discarded()) return CompareLines(a.body, b.body, out);
  CompareValues("body $", left, right, out);
}

Differences All(const CgiAnswer& a, const CgiAnswer& b, bool json) {
  Differences out;
  if (a.status != b.status) {
    out.push_back({"status", std::to_string(a.status), std::to_string(b.status)});
  }
  const auto left = Headers(a);
  const auto right = Headers(b);
  for (const auto& [name, value] : left) {
    const auto other = right.find(name);
    if (other == right.end()) {
      out.push_back({"header " + name, Short(value), kAbsent});
    } else if (other->second != value) {
      out.push_back({"header " + name, Short(value), Short(other->second)});
    }
  }
  for (const auto& [name, value] : right) {
    if (!left.contains(name)) out.push_back({"header " + name, kAbsent, Short(value)});
  }
  CompareBodies(a, b, json, out);
  return out;
}

// "body $.items[3].id" -> "body $.items[*].id"
std::string General(const std::string& where) {
  std::string out;
  for (size_t at = 0; at < where.size();) {
    const size_t end = where.find_first_not_of("0123456789", at + 1);
    if (where[at] == '[' && end != std::string::npos && end > at + 1 && where[end] == ']') {
      out += "[*";
      at = end;
    } else {
      out += where[at++];
    }
  }
  return out;
}

// `where` itself, or what it stands in.
bool Covers(const std::string& noise, const std::string& where) {
  if (!where.starts_with(noise)) return false;
  return where.size() == noise.size() || where[noise.size()] == '.' || where[noise.size()] == '[';
}

bool IsNoise(const std::set<std::string>& noise, const std::string& where) {
  return std::ranges::any_of(noise, [&](const auto& each) { return Covers(each, where); });
}

bool IsLine(const std::string& where) { return where.starts_with("body line "); }

}  // namespace

const std::set<std::string> kIgnoredHeaders = {
    "date",         "server",         "connection",
    "keep-alive",   "content-length", "transfer-encoding",
    "x-request-id", "x-fnhost-route", "access-control-allow-origin",
    "etag",         "last-modified",  "access-control-expose-headers",
};

Comparison Compare(const CgiAnswer& monolith, const CgiAnswer& again, const CgiAnswer& function,
                   const std::set<std::string>& ignore) {
  // Compared as JSON only when both sides say that it is: else the type is the difference.
  const bool json = IsJson(monolith) && IsJson(function);
  Comparison result;
  for (const auto& each : All(monolith, again, json)) result.noise.insert(General(each.where));
  std::set<std::string> left_out = ignore;
  left_out.insert(result.noise.begin(), result.noise.end());
  bool line_told = false;
  for (auto& each : All(monolith, function, json)) {
    if (IsNoise(left_out, General(each.where))) continue;
    if (IsLine(each.where) && std::exchange(line_told, true)) continue;  // the first one is enough
    result.differences.push_back(std::move(each));
  }
  return result;
}

}  // namespace host
