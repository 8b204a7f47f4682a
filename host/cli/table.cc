#include "host/cli/table.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace host {
namespace {

bool StartsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

size_t Characters(std::string_view text) { return std::ranges::count_if(text, &StartsCharacter); }

std::string Padded(const std::string& text, size_t width, bool right) {
  const std::string space(width - std::min(width, Characters(text)), ' ');
  return right ? space + text : text + space;
}

// One decimal below ten, none above.
std::string Short(double value) { return fmt::format("{:.{}f}", value, value < 9.95 ? 1 : 0); }

}  // namespace

std::string Cut(std::string_view text, size_t width) {
  std::string line(text);
  std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  if (width == 0 || Characters(line) <= width) return line;
  size_t bytes = 0;
  for (size_t seen = 0; bytes < line.size(); ++bytes) {
    if (StartsCharacter(line[bytes]) && ++seen == width) break;
  }
  return line.substr(0, bytes) + "~";
}

std::string Table::Text(size_t width) const {
  std::vector<std::string> titles;
  std::vector<size_t> widths;
  for (const Column& column : columns) {
    titles.push_back(column.title);
    widths.push_back(Characters(column.title));
  }
  for (const auto& row : rows) {
    for (size_t i = 0; i < columns.size(); ++i) {
      widths[i] = std::max(widths[i], Characters(row[i]));
    }
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (size_t i = 0; i < columns.size(); ++i) {
      line += Padded(row[i], widths[i], columns[i].right) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += Cut(line, width) + "\n";
  };
  add(titles);
  for (const auto& row : rows) add(row);
  return text;
}

std::string Duration(double seconds) {
  const auto s = static_cast<int64_t>(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} m {} s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{} h {} m", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
}

std::string Count(int64_t count) {
  if (count < 10'000) return std::to_string(count);
  const auto value = static_cast<double>(count);
  if (value < 999.5e3) return fmt::format("{:.1f}k", value / 1e3);
  if (value < 999.5e6) return fmt::format("{:.1f}M", value / 1e6);
  return fmt::format("{:.1f}G", value / 1e9);
}

std::string Memory(int64_t kb) {
  if (kb < 1000) return kb == 0 ? "0" : fmt::format("{} kB", kb);
  const auto value = static_cast<double>(kb);
  if (value < 1000 * 1024) return Short(value / 1024) + " MB";
  return Short(value / 1024 / 1024) + " GB";
}

std::string Latency(double seconds) {
  if (seconds < 0) return "-";
  if (seconds < 0.9995) return Short(seconds * 1000) + " ms";
  return Short(seconds) + " s";
}

size_t TerminalWidth(int fd) {
  winsize size{};
  if (isatty(fd) == 0 || ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace host
