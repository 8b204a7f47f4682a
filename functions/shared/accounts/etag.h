// Strong validators for single things (RFC 9110, section 8.8).
#pragma once

#include <string>
#include <string_view>

#include "host/function/request.h"
#include "host/function/response.h"

namespace accounts {

// A digest of the body, in quotes.
std::string ETag(std::string_view body);

// Whether If-None-Match names `etag`, or is "*".
bool IsKnown(const host::Request& request, std::string_view etag);
// Whether If-Match is absent, names `etag`, or is "*".
bool IsExpected(const host::Request& request, std::string_view etag);

// 200 with the body and its ETag, or 304. `cache_control` stands on both.
host::Response Representation(const host::Request& request, std::string body,
                              std::string_view cache_control);

}  // namespace accounts
