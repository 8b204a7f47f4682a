#include "functions/shared/front/text.h"

#include <clocale>
#include <cwctype>
#include <optional>

#include "host/base/utf8.h"

namespace front {
namespace {

// Half-open ranges of bytes.
struct Range {
  size_t begin = 0, end = 0;
};

// Text without regard to case, and where each code point of it came from.
struct Folded {
  std::u32string points;
  std::vector<Range> from;
};

char32_t Lower(char32_t point) {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return utf8 == nullptr ? point
                         : static_cast<char32_t>(towlower_l(static_cast<wint_t>(point), utf8));
}

Folded Fold(std::string_view text) {
  Folded folded;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const auto point = host::NextCodePoint(text, at);
    if (!point) break;
    const auto add = [&](char32_t folded_point) {
      folded.points += folded_point;
      folded.from.push_back({begin, at});
    };
    if (*point == U'ß' || *point == U'ẞ') {
      add(U's');
      add(U's');
    } else if (*point == U'İ') {
      add(U'i');
    } else {
      const char32_t lower = Lower(*point);
      add(lower == U'ς' ? U'σ' : lower);
    }
  }
  return folded;
}

std::vector<Range> Matches(std::string_view text, std::string_view search) {
  std::vector<Range> ranges;
  const auto wanted = Fold(search).points;
  if (wanted.empty()) return ranges;
  const auto folded = Fold(text);
  for (size_t at = 0; (at = folded.points.find(wanted, at)) != std::u32string::npos;) {
    ranges.push_back({folded.from[at].begin, folded.from[at + wanted.size() - 1].end});
    at += wanted.size();
  }
  return ranges;
}

bool EndsLink(char c) { return c <= ' ' && c >= 0; }

// Without what rather belongs to the sentence around it.
size_t LinkEnd(std::string_view text, size_t begin, size_t end) {
  constexpr std::string_view kAround = ".,;:!?'\")]}>";
  while (end > begin && kAround.find(text[end - 1]) != std::string_view::npos) {
    const bool closes =
        text[end - 1] == ')' && text.substr(begin, end - begin).find('(') != std::string_view::npos;
    if (closes) break;
    --end;
  }
  return end;
}

std::vector<Range> Links(std::string_view text) {
  std::vector<Range> ranges;
  for (size_t at = 0; (at = text.find("http", at)) != std::string_view::npos;) {
    const auto rest = text.substr(at);
    const size_t scheme = rest.starts_with("https://") ? 8 : rest.starts_with("http://") ? 7 : 0;
    size_t end = at + scheme;
    while (end < text.size() && !EndsLink(text[end]) && text[end] != '<' && text[end] != '"') ++end;
    end = LinkEnd(text, at, end);
    if (scheme > 0 && end > at + scheme) {
      ranges.push_back({at, end});
      at = end;
    } else {
      at += 4;
    }
  }
  return ranges;
}

}  // namespace

std::vector<Piece> Pieces(std::string_view text, std::string_view search) {
  const auto links = Links(text);
  const auto matches = Matches(text, search);
  std::vector<Piece> pieces;
  auto link = links.begin();
  auto match = matches.begin();
  for (size_t at = 0; at < text.size();) {
    while (link != links.end() && link->end <= at) ++link;
    while (match != matches.end() && match->end <= at) ++match;
    const bool in_link = link != links.end() && link->begin <= at;
    const bool in_match = match != matches.end() && match->begin <= at;
    size_t end = text.size();
    if (link != links.end()) end = std::min(end, in_link ? link->end : link->begin);
    if (match != matches.end()) end = std::min(end, in_match ? match->end : match->begin);
    pieces.push_back(
        {.text = std::string(text.substr(at, end - at)),
         .url = in_link ? std::string(text.substr(link->begin, link->end - link->begin)) : "",
         .found = in_match});
    at = end;
  }
  return pieces;
}

web::Data PiecesData(std::string_view text, std::string_view search) {
  web::Data list(web::Data::type::list);
  for (const auto& piece : Pieces(text, search)) {
    const char* kind = piece.url.empty() ? (piece.found ? "found" : "plain")
                                         : (piece.found ? "found_link" : "link");
    web::Data shown{"text", piece.text};
    web::SetSome(shown, "url", piece.url);
    web::Data entry{kind, shown};
    list.push_back(entry);
  }
  return list;
}

}  // namespace front
