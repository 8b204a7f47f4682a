// Bodies of requests.
//
// Sources: host/function/fields.cc host/function/request.cc host/base/utf8.cc
// Sources: functions/shared/oauth/parameters.cc

#include <string>
#include <string_view>

#include "functions/shared/oauth/parameters.h"
#include "host/base/utf8.h"
#include "host/function/fields.h"
#include "tests/fuzz/check.h"

namespace {

void Read(const host::Result<host::Fields>& fields) {
  if (!fields) {
    FUZZ_CHECK(fields.error().status == 400);
    return;
  }
  for (const char* name : {"a", "username", "", "expires_in_days"}) {
    if (const auto text = fields->Text(name); text && *text) {
      FUZZ_CHECK(host::IsUtf8(**text));
      FUZZ_CHECK((*text)->find('\0') == std::string::npos);
    }
    const auto number = fields->Integer(name);
    FUZZ_CHECK(number || number.error().status == 422);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Read(host::Fields::FromForm(input));
  Read(host::Fields::FromJson(input));
  FUZZ_CHECK(host::DecodeForm(host::EncodeComponent(input)) == input);
  if (const auto parameters = oauth::Parameters::Parse(input)) {
    for (const char* name : {"a", "client_id", "scope"}) {
      FUZZ_CHECK(host::IsUtf8(parameters->Get(name)));
      FUZZ_CHECK(!parameters->Repeated(name) || parameters->AnyRepeated());
    }
  }
  return 0;
}
