#include "host/routing/route_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/supervisor/fd.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;
using How = RouteMove::How;
using Written = std::expected<void, std::string>;

constexpr char kTime[] = "%Y-%m-%dT%H:%M:%SZ";
constexpr size_t kMostBefore = 100;  // of one route
constexpr std::array<std::pair<std::string_view, How>, 4> kWords = {{{"route", How::kRoute},
                                                                     {"promote", How::kPromote},
                                                                     {"undo", How::kUndo},
                                                                     {"reset", How::kReset}}};

How HowOf(std::string_view text) {
  for (const auto& [word, how] : kWords) {
    if (word == text) return how;
  }
  return How::kRoute;
}

Written Fault(const std::string& file, const char* doing) {
  return std::unexpected(fmt::format("{}: {}: {}", file, doing, std::strerror(errno)));
}

RouteMove MoveOf(const Json& line) {
  return {.at = line.at("at"),
          .name = line.at("name"),
          .from = line.at("from"),
          .to = line.at("to"),
          .by = line.at("by"),
          .how = HowOf(line.at("how").get<std::string>()),
          .note = line.value("note", "")};
}

RouteComparison ComparisonOf(const Json& line) {
  return {.at = line.at("at"),
          .name = line.at("name"),
          .by = line.at("by"),
          .compared = line.at("compared"),
          .different = line.at("different"),
          .failed = line.at("failed")};
}

std::string LineOf(const RouteMove& move) {
  Json line = {{"at", move.at}, {"name", move.name}, {"from", move.from},
               {"to", move.to}, {"by", move.by},     {"how", ToText(move.how)}};
  if (!move.note.empty()) line["note"] = move.note;
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string LineOf(const RouteComparison& comparison) {
  return Json{{"at", comparison.at},
              {"name", comparison.name},
              {"compared", comparison.compared},
              {"different", comparison.different},
              {"failed", comparison.failed},
              {"by", comparison.by}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Written Read(const std::string& file, const std::function<void(const RouteMove&)>& move,
             const std::function<void(const RouteComparison&)>& comparison) {
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT) return {};
  std::ifstream stream(file);
  if (!stream) return Fault(file, "cannot be read");
  for (std::string text; std::getline(stream, text);) {
    const auto line = Json::parse(text, nullptr, false);
    if (!line.is_object()) continue;
    try {
      line.contains("compared") ? comparison(ComparisonOf(line)) : move(MoveOf(line));
    } catch (const Json::exception&) {
      continue;
    }
  }
  return {};
}

}  // namespace

std::string ToText(How how) {
  for (const auto& [word, each] : kWords) {
    if (each == how) return std::string(word);
  }
  return "";
}

std::string RouteJournalFile(const HostConfig& config) {
  return config.state_dir + "/routes.journal";
}

std::string UtcText(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), kTime, &utc)};
}

std::optional<WallTime> ParseUtc(const std::string& text) {
  std::tm utc{};
  const char* end = strptime(text.c_str(), kTime, &utc);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

std::expected<RouteJournal, std::string> RouteJournal::Open(const std::string& file) {
  RouteJournal journal(file);
  const auto read = Read(
      file, [&](const RouteMove& move) { journal.Take(move); },
      [&](const RouteComparison& each) { journal.known_[each.name].comparison = each; });
  if (!read) return std::unexpected(read.error());
  return journal;
}

std::expected<std::vector<RouteMove>, std::string> RouteJournal::Moves(const std::string& file) {
  std::vector<RouteMove> moves;
  const auto read = Read(
      file, [&](const RouteMove& move) { moves.push_back(move); }, [](const RouteComparison&) {});
  if (!read) return std::unexpected(read.error());
  return moves;
}

Written RouteJournal::Add(const RouteMove& move) {
  Take(move);
  return Write(LineOf(move));
}

Written RouteJournal::Add(const RouteComparison& comparison) {
  known_[comparison.name].comparison = comparison;
  return Write(LineOf(comparison));
}

void RouteJournal::Take(const RouteMove& move) {
  Known& known = known_[move.name];
  known.move = move;
  if (move.how == How::kReset) {
    known.before.clear();
  } else if (move.how == How::kUndo) {
    if (!known.before.empty()) known.before.pop_back();
  } else {
    known.before.push_back(move.from);
    if (known.before.size() > kMostBefore) known.before.erase(known.before.begin());
  }
}

std::optional<RouteMove> RouteJournal::LastMove(const std::string& name) const {
  const auto known = known_.find(name);
  return known == known_.end() ? std::nullopt : known->second.move;
}

std::optional<RouteComparison> RouteJournal::LastComparison(const std::string& name) const {
  const auto known = known_.find(name);
  return known == known_.end() ? std::nullopt : known->second.comparison;
}

std::optional<std::string> RouteJournal::Before(const std::string& name) const {
  const auto known = known_.find(name);
  if (known == known_.end() || known->second.before.empty()) return std::nullopt;
  return known->second.before.back();
}

// What a power failure left without a line break becomes a line of its own.
Written RouteJournal::Write(const std::string& line) {
  const Fd fd(open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd) return Fault(file_, "cannot be opened");
  char last = '\n';
  const off_t size = lseek(fd.get(), 0, SEEK_END);
  if (size > 0 && pread(fd.get(), &last, 1, size - 1) != 1) return Fault(file_, "cannot be read");
  const std::string text = (last == '\n' ? "" : "\n") + line + "\n";
  if (write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fdatasync(fd.get()) != 0) {
    return Fault(file_, "cannot be written");
  }
  return {};
}

}  // namespace host
