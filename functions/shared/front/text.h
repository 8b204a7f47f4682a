// A thought's text as pieces that a template shows one after another: plain text, links, and what a
// search found. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "functions/shared/web/page.h"

namespace front {

struct Piece {
  std::string text;
  std::string url{};   // http or https, "" for no link
  bool found = false;  // a match of the search
  bool operator==(const Piece&) const = default;
};

// `text` cut into pieces, nothing lost. Links are http:// and https:// addresses as people write
// them: a point or bracket behind one is not a part of it. Matches are found without regard to
// case, as the API does (sql/migrations/0002_create_fold.sql).
std::vector<Piece> Pieces(std::string_view text, std::string_view search = "");

// For {{#pieces}} of thought.html.
web::Data PiecesData(std::string_view text, std::string_view search = "");

}  // namespace front
