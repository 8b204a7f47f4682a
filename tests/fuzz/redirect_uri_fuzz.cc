// Redirect URIs: the first line is registered, the second asked for.
//
// Sources: functions/shared/oauth/redirect_uri.cc host/base/utf8.cc

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "functions/shared/oauth/redirect_uri.h"
#include "tests/fuzz/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(input.find('\n'), input.size());
  const std::string_view registered = input.substr(0, end);
  const std::string_view asked = input.substr(std::min(end + 1, input.size()));
  if (!oauth::RedirectUriFault(registered).empty()) return 0;

  FUZZ_CHECK(std::ranges::all_of(registered, [](char c) { return c > ' ' && c <= '~'; }));
  FUZZ_CHECK(registered.find_first_of("\\#<>\"^`{|}") == std::string_view::npos);
  FUZZ_CHECK(!registered.starts_with("javascript:") && !registered.starts_with("data:"));
  FUZZ_CHECK(oauth::IsSameRedirectUri(registered, registered));
  FUZZ_CHECK(!oauth::HostOf(registered).empty());
  if (oauth::IsSameRedirectUri(registered, asked) && registered != asked) {
    // A port of this machine, and nothing else.
    FUZZ_CHECK(oauth::IsOnDevice(registered) && oauth::IsOnDevice(asked));
    FUZZ_CHECK(oauth::RedirectUriFault(asked).empty());
    FUZZ_CHECK(oauth::HostOf(registered) == oauth::HostOf(asked));
  }
  return 0;
}
