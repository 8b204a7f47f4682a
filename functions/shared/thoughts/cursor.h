// Cursor: where a page of a list begins. Opaque to clients (base64url).
//
// Pages follow the id. Ids are given out before the thought is committed, so a page in ascending
// order may pass over an id that appears a moment later, below the page's last one. Where that is
// possible the cursor also carries the page's database snapshot, and the next page brings what that
// snapshot did not show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thoughts {

inline constexpr size_t kMaxShown = 1000;

struct Cursor {
  bool back = false;           // towards the beginning of the list: "prev"
  bool descending = false;     // the order of the list it was made for
  int64_t id = 0;              // the page begins behind this id, seen in its direction
  std::string snapshot;        // pg_snapshot as text, "" when nothing below `id` can still appear
  std::vector<int64_t> shown;  // below `id`, not in `snapshot`, and already on a page

  bool operator==(const Cursor&) const = default;
};

std::string Encode(const Cursor& cursor);

// Nothing for text that Encode did not make: the snapshot is checked as PostgreSQL will, so that no
// cursor is a server error.
std::optional<Cursor> Decode(std::string_view text);

}  // namespace thoughts
