// Texts: thoughts that look like people's, for trying and measuring. The same seed value gives the
// same texts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sql {

// A small generator (splitmix64): cheap to begin anew for every text, so that any text can be made
// without those before it.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  uint64_t Below(uint64_t limit) { return Next() % limit; }
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

class Texts {
 public:
  explicit Texts(uint64_t seed);

  // Text number `index`: 1 to 250 code points, UTF-8. Words follow Zipf's law, two in a hundred
  // texts hold another script or an emoji, one in a hundred thousand a rare word such as
  // "xylophone".
  std::string Make(uint64_t index) const;

 private:
  const std::string& Word(Random& random) const;
  uint64_t seed_;
  std::vector<std::string> words_;
  std::vector<double> cumulated_;  // Zipf weights, summed up
};

}  // namespace sql
