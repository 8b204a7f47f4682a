// GET /admin/users/?limit=&cursor=  ->  200 array of {id,username,creation} by id, Link rel next
// and prev (RFC 8288)
//
// The limit is 20, at most 100. A cursor is a place in the order of ids, so users that come or go
// meanwhile move nobody to another page.

#include <charconv>
#include <string>

#include "functions/shared/accounts/users.h"
#include "functions/shared/session/base64url.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

// One more than asked for tells whether there is another page.
constexpr host::Statement kAfter{"admin_users_list.after",
                                 "SELECT " ACCOUNTS_USER_COLUMNS
                                 " FROM users WHERE id > $1 ORDER BY id LIMIT $2"};
constexpr host::Statement kBefore{
    "admin_users_list.before",
    "SELECT * FROM (SELECT " ACCOUNTS_USER_COLUMNS
    " FROM users WHERE id < $1 ORDER BY id DESC LIMIT $2) page ORDER BY id"};

constexpr int64_t kDefaultLimit = 20;
constexpr int64_t kMaxLimit = 100;

struct Page {
  bool backwards = false;
  int64_t id = 0;  // the page begins after it, or ends before it
  int64_t limit = kDefaultLimit;
};

bool ParseNumber(std::string_view text, int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

host::Result<Page> ParsePage(const host::Request& request) {
  Page page;
  std::vector<host::FieldError> errors;
  if (const auto limit = request.query("limit")) {
    if (!ParseNumber(*limit, page.limit) || page.limit < 1 || page.limit > kMaxLimit) {
      errors.push_back({"limit", "must be a number from 1 to 100"});
    }
  }
  if (const auto cursor = request.query("cursor")) {
    const auto place = session::DecodeBase64Url(*cursor).value_or("");
    page.backwards = place.starts_with('<');
    if ((!page.backwards && !place.starts_with('>')) ||
        !ParseNumber(std::string_view(place).substr(1), page.id)) {
      errors.push_back({"cursor", "is not one that a Link header gave"});
    }
  }
  if (errors.empty()) return page;
  return host::Fail(422, "Some parameters have wrong values.", std::move(errors));
}

std::string Link(char direction, std::string_view id, int64_t limit, const char* rel) {
  return "</admin/users/?limit=" + std::to_string(limit) +
         "&cursor=" + session::EncodeBase64Url(direction + std::string(id)) + ">; rel=\"" + rel +
         "\"";
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto page = ParsePage(request);
  if (!page) return host::Response::From(page.error());

  const auto rows = context.db().All(page->backwards ? kBefore : kAfter, page->id, page->limit + 1);
  const bool more = rows.size() > page->limit;
  // The one row too many stands at the far end.
  const int begin = more && page->backwards ? 1 : 0;
  const int end = more && !page->backwards ? rows.size() - 1 : rows.size();
  std::string json = "[";
  for (int i = begin; i < end; ++i) json += (i > begin ? "," : "") + accounts::UserJson(rows[i]);
  json += ']';

  std::string links;
  const bool has_prev = page->backwards ? more : request.query("cursor").has_value();
  if (end > begin && (more || page->backwards))
    links = Link('>', rows[end - 1].Text("id"), page->limit, "next");
  if (end > begin && has_prev) {
    links += (links.empty() ? "" : ", ") + Link('<', rows[begin].Text("id"), page->limit, "prev");
  }
  auto response = accounts::Private(host::Response::Json(200, json));
  if (!links.empty()) response.Header("Link", links);
  return response;
}

}  // namespace function
