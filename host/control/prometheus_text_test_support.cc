#include "host/control/prometheus_text_test_support.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>

namespace host::testing {
namespace {

using Labels = std::map<std::string, std::string>;

bool IsNameCharacter(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         (!first && c >= '0' && c <= '9');
}

[[noreturn]] void Blame(const std::string& what) { throw std::runtime_error(what); }

// Reads one line from its front.
class Line {
 public:
  explicit Line(std::string_view rest) : rest_(rest) {}

  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void Expect(std::string_view word) {
    if (!Take(word)) Blame("expected \"" + std::string(word) + "\" at " + std::string(rest_));
  }
  std::string Name() {
    size_t size = 0;
    while (size < rest_.size() && IsNameCharacter(rest_[size], size == 0)) ++size;
    if (size == 0) Blame("expected a name at " + std::string(rest_));
    const std::string name(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return name;
  }
  std::string Quoted() {
    Expect("\"");
    std::string text;
    while (!Take("\"")) {
      if (rest_.empty()) Blame("a label's value without an end");
      if (Take("\\")) {
        const size_t which = std::string_view("\\\"n").find(rest_.empty() ? '?' : rest_[0]);
        if (which == std::string_view::npos) Blame("an unknown escape");
        text += "\\\"\n"[which];
      } else {
        text += rest_[0];
      }
      rest_.remove_prefix(1);
    }
    return text;
  }
  double Number() {
    if (rest_ == "+Inf") return std::numeric_limits<double>::infinity();
    if (rest_ == "NaN") return std::nan("");
    double value = 0;
    const auto [end, fault] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (fault != std::errc() || end != rest_.data() + rest_.size()) {
      Blame("no number: " + std::string(rest_));
    }
    return value;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

Sample ReadSample(Line line) {
  Sample sample{.name = line.Name(), .labels = {}};
  if (line.Take("{")) {
    do {
      const std::string name = line.Name();
      line.Expect("=");
      if (!sample.labels.emplace(name, line.Quoted()).second) Blame("a label twice: " + name);
    } while (line.Take(","));
    line.Expect("}");
  }
  line.Expect(" ");
  sample.value = line.Number();
  return sample;
}

struct Histogram {
  std::optional<double> last_bound;
  double last_count = 0;
  std::optional<double> sum;
  std::optional<double> count;
};

void CheckHistogram(const std::string& name, const MetricText& metric) {
  std::map<Labels, Histogram> all;
  for (const Sample& sample : metric.samples) {
    Labels labels = sample.labels;
    labels.erase("le");
    Histogram& each = all[labels];
    if (sample.name == name + "_sum") each.sum = sample.value;
    if (sample.name == name + "_count") each.count = sample.value;
    if (sample.name != name + "_bucket") continue;
    const double bound = Line(sample.labels.at("le")).Number();
    if (each.last_bound && bound <= *each.last_bound) Blame(name + ": buckets out of order");
    if (sample.value < each.last_count) Blame(name + ": buckets shrink");
    each.last_bound = bound;
    each.last_count = sample.value;
  }
  for (const auto& [labels, each] : all) {
    if (!each.last_bound || !std::isinf(*each.last_bound)) Blame(name + ": no bucket +Inf");
    if (!each.sum || each.count != each.last_count) Blame(name + ": _sum or _count is wrong");
  }
}

void CheckMetric(const std::string& name, const MetricText& metric) {
  std::set<std::pair<std::string, Labels>> series;
  for (const Sample& sample : metric.samples) {
    if (!series.emplace(sample.name, sample.labels).second) Blame(name + ": a series twice");
    if (metric.type == "counter" && !(sample.value >= 0)) Blame(name + ": a counter below 0");
  }
  if (metric.type == "counter" && !name.ends_with("_total")) Blame(name + ": lacks _total");
  if (metric.type == "histogram") CheckHistogram(name, metric);
}

class Parser {
 public:
  void Add(std::string_view text) {
    Line line(text);
    if (line.Take("# HELP ")) {
      const std::string name = line.Name();
      line.Expect(" ");
      if (all.contains(name)) Blame(name + ": HELP twice, or after TYPE");
      all[name].help = line.rest();
      helped_ = name;
    } else if (line.Take("# TYPE ")) {
      current_ = line.Name();
      line.Expect(" ");
      if (helped_ != current_ || !all[current_].type.empty()) Blame(current_ + ": TYPE misplaced");
      all[current_].type = line.rest();
      if (!std::set<std::string>{"counter", "gauge", "histogram"}.contains(all[current_].type)) {
        Blame("an unknown type: " + all[current_].type);
      }
    } else {
      Sample sample = ReadSample(line);
      const bool histogram = !current_.empty() && all[current_].type == "histogram";
      const std::string tail = sample.name.substr(std::min(current_.size(), sample.name.size()));
      if (!sample.name.starts_with(current_) || helped_ != current_ ||
          !(histogram ? tail == "_bucket" || tail == "_sum" || tail == "_count" : tail.empty())) {
        Blame(sample.name + ": a sample outside of its metric");
      }
      all[current_].samples.push_back(std::move(sample));
    }
  }
  std::map<std::string, MetricText> all;

 private:
  std::string helped_;
  std::string current_;
};

}  // namespace

std::expected<std::map<std::string, MetricText>, std::string> ParsePrometheusText(
    std::string_view text) {
  Parser parser;
  try {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      if (end == std::string_view::npos) Blame("the last line has no end");
      parser.Add(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    for (const auto& [name, metric] : parser.all) CheckMetric(name, metric);
  } catch (const std::exception& fault) {
    return std::unexpected(fault.what());
  }
  return std::move(parser.all);
}

}  // namespace host::testing
