#include "host/base/log.h"

#include <fmt/format.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "host/base/json_text.h"

namespace host {
namespace {

std::string_view Name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      break;
  }
  return "error";
}

Level LeastLevel() {
  const char* name = std::getenv("FNHOST_LOG_LEVEL");
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kWarning, Level::kError}) {
    if (name != nullptr && Name(level) == name) return level;
  }
  return Level::kInfo;
}

void AppendField(std::string& line, const LogField& field) {
  line += ',';
  AppendJsonString(line, field.key);
  line += ':';
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    AppendJsonString(line, *text);
  } else if (const auto* number = std::get_if<int64_t>(&field.value)) {
    line += fmt::format_int(*number).c_str();
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    fmt::format_to(std::back_inserter(line), "{:.3f}", *real);
  } else if (const auto* list = std::get_if<LogList>(&field.value)) {
    char before = '[';
    for (const std::string& each : *list) {
      line += std::exchange(before, ',');
      AppendJsonString(line, each);
    }
    line += list->empty() ? "[]" : "]";
  } else {
    line += std::get<bool>(field.value) ? "true" : "false";
  }
}

void WriteAll(int fd, std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = write(fd, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return;  // a log that nobody can take (full disk, closed pipe) stops no request
    line.remove_prefix(written);
  }
}

}  // namespace

Log::Log(const std::string& function, const std::string& revision, int fd)
    : fd_(fd), least_(LeastLevel()) {
  if (!function.empty()) AppendField(tail_, {"function", function});
  if (!revision.empty()) AppendField(tail_, {"revision", revision});
}

void Log::Write(Level level, std::string_view msg, std::span<const LogField> fields) const {
  if (level < least_) return;
  timeval now{};
  gettimeofday(&now, nullptr);
  tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  std::string line =
      fmt::format(R"({{"ts":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z","level":"{}","msg":)",
                  utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                  utc.tm_sec, now.tv_usec, Name(level));
  AppendJsonString(line, msg);
  line += tail_;
  for (const LogField& field : fields) AppendField(line, field);
  line += "}\n";
  WriteAll(fd_, line);
}

}  // namespace host
