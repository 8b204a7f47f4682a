#include "functions/shared/front/when.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace front {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month_day;

constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                "May",       "June",     "July",     "August",
                                "September", "October",  "November", "December"};

const char* Month(const year_month_day& date) {
  return kMonths[static_cast<unsigned>(date.month()) - 1];
}

// Exactly `length` digits at `at`, with `after` behind them unless it is NUL.
std::optional<int> Number(std::string_view text, size_t at, size_t length, char after) {
  if (text.size() < at + length + (after == '\0' ? 0 : 1)) return std::nullopt;
  int value = 0;
  const char* end = text.data() + at + length;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc() || stop != end || value < 0) return std::nullopt;
  if (after != '\0' && *end != after) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Time> ParseTime(std::string_view text) {
  const auto year = Number(text, 0, 4, '-'), month = Number(text, 5, 2, '-'),
             day = Number(text, 8, 2, 'T'), hour = Number(text, 11, 2, ':'),
             minute = Number(text, 14, 2, ':'), second = Number(text, 17, 2, '\0');
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

std::string When(Time time, Time now) {
  const auto age = floor<std::chrono::minutes>(now - time);
  if (age < std::chrono::minutes{1}) return "now";
  if (age < std::chrono::hours{1}) return fmt::format("{} min", age.count());
  if (age < days{1}) return fmt::format("{} h", age.count() / 60);
  const year_month_day date{floor<days>(time)}, today{floor<days>(now)};
  auto text = fmt::format("{} {:.3}", static_cast<unsigned>(date.day()), Month(date));
  if (date.year() != today.year()) text += fmt::format(" {}", static_cast<int>(date.year()));
  return text;
}

std::string Ago(Time time, Time now) {
  const auto age = now - time;
  if (age < std::chrono::minutes{1}) return "just now";
  return age < days{1} ? When(time, now) + " ago" : "on " + When(time, now);
}

std::string Day(Time time) {
  const year_month_day date{floor<days>(time)};
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), Month(date),
                     static_cast<int>(date.year()));
}

std::string InFull(Time time) {
  const std::chrono::hh_mm_ss clock{floor<std::chrono::seconds>(time - floor<days>(time))};
  return fmt::format("{}, {:02}:{:02} UTC", Day(time), clock.hours().count(),
                     clock.minutes().count());
}

}  // namespace front
