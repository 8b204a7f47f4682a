// Logs: one JSON object a line on stderr (DESIGN: ts, level, msg, function, revision, request_id,
// ...).
//
// A line is written with one write(2), so lines of several threads never mix. Never pass a token, a
// password or a body.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace host {

enum class Level { kDebug, kInfo, kWarning, kError };

using LogList = std::span<const std::string>;  // a JSON array of texts
using LogValue = std::variant<std::string_view, int64_t, double, bool, LogList>;
struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, int v) : key(k), value(int64_t{v}) {}
  LogField(std::string_view k, int64_t v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  LogField(std::string_view k, LogList v) : key(k), value(v) {}
  std::string_view key;
  LogValue value;
};

class Log {
 public:
  // `function` and `revision` stand in every line when not empty. `fd` is not owned.
  explicit Log(const std::string& function = {}, const std::string& revision = {}, int fd = 2);

  void Write(Level level, std::string_view msg, std::span<const LogField> fields) const;
  void Write(Level level, std::string_view msg, std::initializer_list<LogField> fields = {}) const {
    Write(level, msg, std::span(fields.begin(), fields.size()));
  }
  void Debug(std::string_view m, std::initializer_list<LogField> f = {}) const {
    Write(Level::kDebug, m, f);
  }
  void Info(std::string_view m, std::initializer_list<LogField> f = {}) const {
    Write(Level::kInfo, m, f);
  }
  void Warning(std::string_view m, std::initializer_list<LogField> f = {}) const {
    Write(Level::kWarning, m, f);
  }
  void Error(std::string_view m, std::initializer_list<LogField> f = {}) const {
    Write(Level::kError, m, f);
  }

 private:
  std::string tail_;  // rendered "function" and "revision"
  int fd_;
  Level least_;  // FNHOST_LOG_LEVEL: debug, info (default), warning, error
};

}  // namespace host
