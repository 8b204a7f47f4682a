#include "host/wire/check.h"

namespace host::wire {

const char* PairCheck::Add(std::string_view name, std::string_view value) {
  if (++pairs_ > kMaxParameterPairs) too_large_ = "too many parameters";
  if (name.size() + value.size() > kMaxParameterPairBytes) too_large_ = "a parameter is too long";
  if (name.empty()) return "a parameter has no name";
  if (name.find('=') != name.npos) return "a parameter's name holds '='";
  if (name.find('\0') != name.npos || value.find('\0') != value.npos) {
    return "a parameter holds a NUL";
  }
  return nullptr;
}

}  // namespace host::wire
