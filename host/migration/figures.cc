#include "host/migration/figures.h"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "host/logs/file.h"
#include "host/supervisor/fd.h"

namespace host {
namespace {

// What stands behind `key` in the line, from `at` on, which moves there. The keys stand in the
// order of nginx/snippets/log.conf, and no text in the line can hold one: its quotes are escaped.
bool Seek(std::string_view line, std::string_view key, size_t& at) {
  const size_t found = line.find(key, at);
  if (found == std::string_view::npos) return false;
  at = found + key.size();
  return true;
}

template <typename Number>
bool ReadNumber(std::string_view line, size_t at, Number& number) {
  return std::from_chars(line.data() + at, line.data() + line.size(), number).ec == std::errc();
}

// "2026-11-28T09:00:00+01:00", as NGINX's $time_iso8601.
bool ReadTime(std::string_view text, WallTime& time) {
  std::tm local{};
  int offset_hours = 0;
  int offset_minutes = 0;
  if (text.size() < 25 || (text[19] != '+' && text[19] != '-')) return false;
  const bool read = ReadNumber(text, 0, local.tm_year) && ReadNumber(text, 5, local.tm_mon) &&
                    ReadNumber(text, 8, local.tm_mday) && ReadNumber(text, 11, local.tm_hour) &&
                    ReadNumber(text, 14, local.tm_min) && ReadNumber(text, 17, local.tm_sec) &&
                    ReadNumber(text, 20, offset_hours) && ReadNumber(text, 23, offset_minutes);
  if (!read) return false;
  local.tm_year -= 1900;
  local.tm_mon -= 1;
  const int offset_s = (offset_hours * 60 + offset_minutes) * 60 * (text[19] == '-' ? -1 : 1);
  time = std::chrono::system_clock::from_time_t(timegm(&local) - offset_s);
  return true;
}

double Percentile95(std::vector<float>& durations) {
  if (durations.empty()) return -1;
  const auto at =
      durations.begin() + static_cast<std::ptrdiff_t>((durations.size() - 1) * 95 / 100);
  std::ranges::nth_element(durations, at);
  return *at;
}

// Whether the file reaches back to `since`; what it has goes to `figures`.
bool ReadBack(const std::string& log, WallTime since, size_t& bytes_left, FiguresOf& figures) {
  const Fd fd(open(log.c_str(), O_RDONLY | O_CLOEXEC));
  bool reached = false;
  if (!fd) return reached;
  LinesBackwards(fd.get(), [&](std::string_view line) {
    LogRequest request;
    if (ReadLogLine(line, request)) {
      // A line is written when its request ends, so the times in the file only grow.
      reached = request.ended < since;
      if (reached) return false;
      figures.Add(request);
    }
    bytes_left -= std::min(bytes_left, line.size() + 1);
    return bytes_left > 0;
  });
  return reached;
}

}  // namespace

bool ReadLogLine(std::string_view line, LogRequest& request) {
  size_t at = 0;
  if (!line.starts_with("{\"ts\":\"") || !Seek(line, "\"ts\":\"", at)) return false;
  if (!ReadTime(line.substr(at), request.ended)) return false;
  if (!Seek(line, "\"status\":", at) || !ReadNumber(line, at, request.status)) return false;
  if (!Seek(line, "\"duration_s\":", at) || !ReadNumber(line, at, request.duration_s)) return false;
  if (!Seek(line, "\"function\":\"", at)) return false;
  const size_t end = line.find('"', at);
  if (end == std::string_view::npos) return false;
  request.function = line.substr(at, end - at);
  request.monolith = Seek(line, "\"monolith\":", at) && line.substr(at).starts_with("true");
  return true;
}

FiguresOf::FiguresOf(WallTime since, std::map<std::string, WallTime> from)
    : since_(since), from_(std::move(from)) {}

void FiguresOf::Add(const LogRequest& request) {
  if (request.function.empty() || request.ended < since_) return;
  auto route = routes_.find(request.function);
  if (route == routes_.end()) route = routes_.emplace(std::string(request.function), Sides()).first;
  const auto from = from_.find(route->first);
  const auto took = std::chrono::duration_cast<WallTime::duration>(
      std::chrono::duration<double>(request.duration_s));
  if (from != from_.end() && request.ended - took <= from->second) return;
  SideFigures& figures = route->second.figures[request.monolith ? 1 : 0];
  ++figures.requests;
  figures.errors += request.status >= 500 ? 1 : 0;
  route->second.durations[request.monolith ? 1 : 0].push_back(
      static_cast<float>(request.duration_s));
}

std::map<std::string, RouteFigures> FiguresOf::Take() {
  std::map<std::string, RouteFigures> all;
  for (auto& [name, sides] : routes_) {
    for (int i : {0, 1}) sides.figures[i].p95_s = Percentile95(sides.durations[i]);
    all[name] = {sides.figures[0], sides.figures[1]};
  }
  routes_.clear();
  return all;
}

LogFigures ReadFigures(const std::string& log, WallTime since,
                       const std::map<std::string, WallTime>& from, size_t most_bytes) {
  FiguresOf figures(since, from);
  size_t bytes_left = most_bytes;
  bool whole = ReadBack(log, since, bytes_left, figures);
  if (!whole && bytes_left > 0) whole = ReadBack(log + ".1", since, bytes_left, figures);
  return {.routes = figures.Take(), .since = since, .whole = whole};
}

}  // namespace host
