#include "host/testing/function_test.h"

#include "host/function/answer.h"

namespace host::testing {

Response Call(RequestParts parts, const CallSettings& settings) {
  static const Clock system_clock;
  Process process{
      .function = settings.function,
      .scope = settings.scope,
      .config = Config([&](const std::string& name) -> std::optional<std::string> {
        const auto found = settings.environment.find(name);
        if (found == settings.environment.end()) return std::nullopt;
        return found->second;
      }),
      .clock = settings.clock != nullptr ? *settings.clock : system_clock,
      .log = Log(settings.function),
      .pool = nullptr,
      .shared_mutex = {},
      .shared = {},
  };
  if (parts.request_id.empty()) parts.request_id = "test-request";
  return Answer(process, Request(std::move(parts)), function::Handle);
}

}  // namespace host::testing
