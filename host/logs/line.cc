#include "host/logs/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <nlohmann/json.hpp>
#include <regex>

#include "host/base/utf8.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTimeHead = "{\"ts\":\"";

// Unchanged but for what would command a terminal. Line breaks too: the caller splits at them.
std::string Printable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const auto point = NextCodePoint(text, at);
    if (!point) {
      at = from + 1;
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[from]));
    } else if (*point == '\t') {
      out += "\\t";
    } else if (*point == '\n') {
      out += "\\n";
    } else if (*point < 0x20 || (*point >= 0x7F && *point < 0xA0)) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(*point));
    } else {
      out += text.substr(from, at - from);
    }
  }
  return out;
}

Level LevelOf(const Json& object) {
  const auto found = object.find("level");
  if (found == object.end() || !found->is_string()) return Level::kInfo;
  const auto& name = found->get_ref<const std::string&>();
  if (name == "debug") return Level::kDebug;
  if (name == "warning") return Level::kWarning;
  return name == "error" ? Level::kError : Level::kInfo;
}

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string LevelWord(Level level, bool color) {
  constexpr std::array<std::string_view, 4> kWords = {"debug", "info ", "warn ", "error"};
  constexpr std::array<std::string_view, 4> kColors = {"\x1b[2m", "", "\x1b[33m", "\x1b[31m"};
  const auto at = static_cast<size_t>(level);
  if (!color || kColors[at].empty()) return std::string(kWords[at]);
  return fmt::format("{}{}\x1b[0m", kColors[at], kWords[at]);
}

// "2026-11-24T05:00:00.123456Z" -> "2026-11-24 05:00:00.123"
std::string ShortTime(const std::string& ts) {
  std::string text = Printable(ts.substr(0, 23));
  if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
  return fmt::format("{:<23}", text);
}

bool IsBare(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\"=\\") == std::string_view::npos;
}

bool IsListOfTexts(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::ranges::all_of(value, [](const Json& each) { return each.is_string(); });
}

// A field's value behind its name; or, of several lines or texts, below the log line.
void AppendField(const std::string& key, const Json& value, std::string& line, std::string& below) {
  line += "  " + Printable(key) + "=";
  if (IsListOfTexts(value)) {
    line += "(below)";
    for (const Json& each : value) {
      below += "    " + Printable(each.get_ref<const std::string&>()) + "\n";
    }
    return;
  }
  if (!value.is_string()) {
    line += Printable(value.dump(-1, ' ', false, Json::error_handler_t::replace));
    return;
  }
  const auto& text = value.get_ref<const std::string&>();
  if (text.find('\n') == std::string::npos) {
    line += IsBare(text) ? Printable(text) : "\"" + Printable(text) + "\"";
    return;
  }
  line += "(below)";
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = rest.find('\n');
    below += "    " + Printable(rest.substr(0, end)) + "\n";
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
  }
}

std::string ForPeople(const Json& object, bool color) {
  const std::string function = TextOf(object, "function");
  std::string line = fmt::format(
      "{} {} {}  {}", ShortTime(TextOf(object, "ts")), LevelWord(LevelOf(object), color),
      function.empty() ? "fnhost" : Printable(function), Printable(TextOf(object, "msg")));
  std::string below;
  for (const auto& [key, value] : object.items()) {
    if (key == "ts" || key == "level" || key == "msg" || key == "function") continue;
    AppendField(key, value, line, below);
  }
  return line + "\n" + below;
}

std::optional<std::string> RenderRaw(std::string_view line, const LogView& view) {
  if (!view.function.empty()) return std::nullopt;
  if (!view.json) {
    return fmt::format("{:<23} {} -  {}\n", "-", LevelWord(Level::kError, view.color),
                       Printable(line));
  }
  const Json object = {{"msg", std::string(line)}, {"raw", true}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string_view TimeOf(std::string_view line) {
  if (!line.starts_with(kTimeHead)) return {};
  line.remove_prefix(kTimeHead.size());
  const size_t end = line.find('"');
  return end == std::string_view::npos ? std::string_view{} : line.substr(0, end);
}

std::optional<std::string> RenderLogLine(std::string_view line, const LogView& view) {
  // Most lines are left out; these two looks spare their parsing.
  const std::string_view time = TimeOf(line);
  if (!time.empty() && time < view.since) return std::nullopt;
  if (!view.function.empty() && line.find(view.function) == std::string_view::npos) {
    return std::nullopt;
  }
  const Json object = line.starts_with('{') ? Json::parse(line, nullptr, false) : Json();
  if (!object.is_object()) return RenderRaw(line, view);
  if (LevelOf(object) < view.least) return std::nullopt;
  if (!view.function.empty() && TextOf(object, "function") != view.function) return std::nullopt;
  if (!view.since.empty() && TextOf(object, "ts") < view.since) return std::nullopt;
  return view.json ? std::string(line) + "\n" : ForPeople(object, view.color);
}

std::optional<std::string> ParseSince(std::string_view text,
                                      std::chrono::system_clock::time_point now) {
  static const std::regex exact(R"((\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,6})?Z?)?)");
  std::match_results<std::string_view::const_iterator> parts;
  if (std::regex_match(text.begin(), text.end(), parts, exact)) {
    return parts[1].str() + "T" + (parts[2].matched ? parts[2].str() : "00:00") +
           (parts[3].matched ? parts[3].str() : ":00") + parts[4].str();
  }
  long count = 0;
  const char* last = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), last, count);
  if (error != std::errc() || unit + 1 != last || count < 0 || count > 1'000'000) {
    return std::nullopt;
  }
  const long seconds = *unit == 's' ? 1 : *unit == 'm' ? 60 : *unit == 'h' ? 3600 : 86400;
  if (std::string_view("smhd").find(*unit) == std::string_view::npos) return std::nullopt;
  const auto then = now - std::chrono::seconds(count * seconds);
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(then.time_since_epoch()).count();
  const std::time_t whole = micros / 1'000'000;
  tm utc{};
  gmtime_r(&whole, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     micros % 1'000'000);
}

}  // namespace host
