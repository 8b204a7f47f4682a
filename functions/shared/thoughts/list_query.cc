#include "functions/shared/thoughts/list_query.h"

#include <charconv>
#include <vector>

#include "host/base/utf8.h"
#include "host/function/fields.h"

namespace thoughts {
namespace {

using Errors = std::vector<host::FieldError>;

std::string ParseWords(const host::Request& request, const char* name, Errors& errors) {
  const auto text = request.query(name);
  if (!text) return {};
  if (!host::IsUtf8(*text) || text->find('\0') != std::string_view::npos) {
    errors.push_back({name, "is not text in UTF-8"});
    return {};
  }
  return std::string(*text);
}

void ParseLimit(const host::Request& request, ListQuery& query, Errors& errors) {
  const auto text = request.query("limit");
  if (!text) return;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), query.limit);
  if (error != std::errc() || end != text->data() + text->size() || query.limit < 1 ||
      query.limit > 100) {
    errors.push_back({"limit", "is not a number from 1 to 100"});
  }
}

void ParseSort(const host::Request& request, ListQuery& query, Errors& errors) {
  const auto text = request.query("sort");
  if (!text) return;
  query.descending = *text == "-id";
  if (*text != "id" && *text != "-id") errors.push_back({"sort", "is neither id nor -id"});
}

void ParseCursor(const host::Request& request, ListQuery& query, Errors& errors) {
  const auto text = request.query("cursor");
  if (!text) return;
  query.cursor = Decode(*text);
  if (!query.cursor) {
    errors.push_back({"cursor", "is none of ours: take it from a Link header"});
  } else if (query.cursor->descending != query.descending) {
    errors.push_back({"cursor", "belongs to another sort"});
  }
}

// What may stand in a query within <> of a Link header: anything else is percent-encoded.
void AppendEncoded(std::string& out, std::string_view raw) {
  constexpr std::string_view kKept = "-._~%=+!$'()*,;:@/?";
  for (const char c : raw) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kKept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += host::EncodeComponent(std::string_view(&c, 1));
    }
  }
}

}  // namespace

host::Result<ListQuery> ParseListQuery(const host::Request& request) {
  ListQuery query;
  Errors errors;
  query.search = ParseWords(request, "search", errors);
  query.username = ParseWords(request, "username", errors);
  ParseLimit(request, query, errors);
  ParseSort(request, query, errors);
  ParseCursor(request, query, errors);
  if (!errors.empty()) {
    std::string names;
    for (const auto& error : errors)
      names += (names.empty() ? "" : ", ") + error.field + " " + error.detail;
    return host::Fail(422, "Wrong parameters: " + names + ".", std::move(errors));
  }
  return query;
}

std::string PageUrl(std::string_view path, const host::Request& request, const Cursor& cursor) {
  std::string url = std::string(path) + "?";
  std::string_view rest = request.query_string();
  while (!rest.empty()) {
    const size_t end = rest.find('&');
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (pair.empty() || host::DecodeForm(pair.substr(0, pair.find('='))) == "cursor") continue;
    AppendEncoded(url, pair);
    url += '&';
  }
  return url + "cursor=" + Encode(cursor);
}

}  // namespace thoughts
