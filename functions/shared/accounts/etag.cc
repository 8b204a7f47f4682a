#include "functions/shared/accounts/etag.h"

#include "functions/shared/repeat/once.h"
#include "functions/shared/session/base64url.h"

namespace accounts {
namespace {

// Whether the list of a header holds `etag`; weak ones ("W/...") count when `weak` says so. None of
// ours holds a comma.
bool Lists(std::string_view list, std::string_view etag, bool weak) {
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
    while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
    if (weak && one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
  }
  return false;
}

}  // namespace

std::string ETag(std::string_view body) {
  return '"' + session::EncodeBase64Url(repeat::Digest({body}).substr(0, 15)) + '"';
}

bool IsKnown(const host::Request& request, std::string_view etag) {
  const auto header = request.header("if-none-match");
  return header && Lists(*header, etag, true);
}

bool IsExpected(const host::Request& request, std::string_view etag) {
  const auto header = request.header("if-match");
  return !header || Lists(*header, etag, false);
}

host::Response Representation(const host::Request& request, std::string body,
                              std::string_view cache_control) {
  std::string etag = ETag(body);
  auto response = IsKnown(request, etag) ? host::Response::NotModified(etag)
                                         : host::Response::Json(200, std::move(body));
  response.Header("ETag", std::move(etag)).Header("Cache-Control", std::string(cache_control));
  return response;
}

}  // namespace accounts
