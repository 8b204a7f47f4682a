#include "functions/shared/thoughts/cursor.h"

#include <charconv>

#include "functions/shared/session/base64url.h"

namespace thoughts {
namespace {

constexpr int64_t kMaxId = int64_t{1} << 62;  // one more or less is still a number
constexpr size_t kMaxText = 32768;

// Takes the part up to `separator`, or all.
std::string_view Take(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

std::optional<int64_t> Number(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// xmin:xmax:xip,xip... with 0 < xmin <= xip (ascending) < xmax.
bool IsSnapshot(std::string_view text) {
  const auto xmin = Number(Take(text, ':'));
  const auto xmax = Number(Take(text, ':'));
  if (!xmin || !xmax || *xmin < 1 || *xmax < *xmin || text.ends_with(',')) return false;
  if ((*xmin & 0xFFFFFFFF) == 0 || (*xmax & 0xFFFFFFFF) == 0) return false;  // no transaction's
  int64_t before = *xmin - 1;
  while (!text.empty()) {
    const auto xip = Number(Take(text, ','));
    if (!xip || *xip <= before || *xip >= *xmax) return false;
    before = *xip;
  }
  return true;
}

}  // namespace

std::string Encode(const Cursor& cursor) {
  std::string text = {cursor.back ? 'p' : 'n', cursor.descending ? 'd' : 'a'};
  text += std::to_string(cursor.id);
  if (!cursor.snapshot.empty()) {
    text += ';' + cursor.snapshot + ';';
    for (const int64_t id : cursor.shown) text += std::to_string(id) + ',';
  }
  return session::EncodeBase64Url(text);
}

std::optional<Cursor> Decode(std::string_view encoded) {
  if (encoded.size() > kMaxText) return std::nullopt;
  const auto decoded = session::DecodeBase64Url(encoded);
  if (!decoded || decoded->size() < 3) return std::nullopt;
  std::string_view rest = *decoded;
  if ((rest[0] != 'n' && rest[0] != 'p') || (rest[1] != 'a' && rest[1] != 'd')) return std::nullopt;
  Cursor cursor{
      .back = rest[0] == 'p', .descending = rest[1] == 'd', .id = 0, .snapshot = {}, .shown = {}};
  rest.remove_prefix(2);
  const auto id = Number(Take(rest, ';'));
  if (!id || *id > kMaxId) return std::nullopt;
  cursor.id = *id;
  if (!rest.empty()) {
    cursor.snapshot = Take(rest, ';');
    if (cursor.back || cursor.descending || !IsSnapshot(cursor.snapshot)) return std::nullopt;
  }
  while (!rest.empty()) {
    const auto shown = Number(Take(rest, ','));
    if (!shown || cursor.shown.size() >= kMaxShown) return std::nullopt;
    cursor.shown.push_back(*shown);
  }
  if (Encode(cursor) != encoded) return std::nullopt;  // one text for each cursor
  return cursor;
}

}  // namespace thoughts
