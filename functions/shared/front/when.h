// Times as people read them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.h"

namespace front {

using Time = host::WallTime;

// Of the API's "2026-11-23T23:54:33.803687", UTC, with or without the fraction; nothing for others.
std::optional<Time> ParseTime(std::string_view text);

// "now", "5 min", "3 h" of the last day, then "23 Nov", with the year when it is another one.
std::string When(Time time, Time now);

// The same within a sentence: "just now", "5 min ago", "on 23 Nov".
std::string Ago(Time time, Time now);

// "23 November 2026, 23:54 UTC", and its day alone.
std::string InFull(Time time);
std::string Day(Time time);

}  // namespace front
