#include "sql/import/thoughts.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sql/import/rules.h"

namespace sql::imports {
namespace {

// A transaction of ours: a second or two with the search index in place.
constexpr int64_t kPieceRanges = 8;

constexpr const char* kGoneUser = "23503";

void Append(std::vector<Piece>& pieces, int64_t number, int64_t there, int64_t imported) {
  const int64_t first = number * kRangeIds, last = first + kRangeIds - 1;
  if (pieces.empty() || pieces.back().last_id + 1 != first ||
      pieces.back().last_id - pieces.back().first_id + 1 >= kPieceRanges * kRangeIds) {
    pieces.push_back({first, last, there, imported});
    return;
  }
  auto& piece = pieces.back();
  piece.last_id = last;
  piece.there += there;
  piece.imported += imported;
}

// What becomes of the rows of one piece.
class Sorter {
 public:
  Sorter(const Owners& owners, std::unordered_map<int64_t, int64_t> imported,
         std::unordered_set<int64_t> taken, Report& report)
      : owners_(owners),
        imported_(std::move(imported)),
        taken_(std::move(taken)),
        report_(report) {}

  void Sort(OldThought thought) {
    const auto known = imported_.find(thought.id);
    if (known != imported_.end()) {
      if (known->second == thought.digest) {
        ++counts.unchanged;
      } else {
        ++counts.changed;
        Differs(thought.id, thought.username, "was changed there since it was imported");
      }
      imported_.erase(known);
      return;
    }
    const auto owner = owners_.find(thought.username);
    if (owner == owners_.end()) return Refuse(thought, "there is no such user at the old site");
    if (owner->second.refused) return Refuse(thought, "its user was refused");
    if (owner->second.deleted) {
      ++counts.of_deleted;
      return;
    }
    if (!IsTime(thought.timestamp))
      return Refuse(thought, "the time is not of the years 1 to 9999");
    auto text = KeepText(thought.text);
    if (!text) return Refuse(thought, text.error());
    const bool keeps_id = thought.id > 0 && !taken_.contains(thought.id);
    if (!keeps_id) ++counts.renumbered;
    fresh.push_back({.old_id = thought.id,
                     .id = keeps_id ? thought.id : 0,
                     .user_id = owner->second.user_id,
                     .username = owner->second.username,
                     .text = *std::move(text),
                     .timestamp = std::move(thought.timestamp),
                     .digest = thought.digest});
  }

  // What was imported and did not come by.
  void Finish() {
    counts.gone = static_cast<int64_t>(imported_.size());
    for (const auto& [id, digest] : imported_) Differs(id, "", "is no longer there");
  }

  ThoughtCounts counts;
  std::vector<NewThought> fresh;  // id 0: to be given one

 private:
  void Refuse(const OldThought& thought, const std::string& reason) {
    ++counts.refused;
    report_.Add({.table = "thought",
                 .id = thought.id,
                 .username = thought.username,
                 .reason = reason,
                 .text = thought.text});
  }

  void Differs(int64_t id, const std::string& username, const char* reason) {
    report_.Add({.kind = Note::Kind::kDiffers,
                 .table = "thought",
                 .id = id,
                 .username = username,
                 .reason = reason});
  }

  const Owners& owners_;
  std::unordered_map<int64_t, int64_t> imported_;
  const std::unordered_set<int64_t> taken_;
  Report& report_;
};

void GiveIds(std::vector<NewThought>& thoughts, NewSite& new_site) {
  const auto without = std::ranges::count(thoughts, 0, &NewThought::id);
  if (without == 0) return;
  auto ids = new_site.FreshIds(static_cast<size_t>(without));
  for (auto& thought : thoughts) {
    if (thought.id != 0) continue;
    thought.id = ids.back();
    ids.pop_back();
  }
}

// Accounts may be deleted here at any moment. Returns how many thoughts are left out for that.
int64_t AddOfThoseWhoAreThere(std::vector<NewThought>& thoughts, NewSite& new_site) {
  int64_t left_out = 0;
  while (!thoughts.empty()) {
    try {
      new_site.AddThoughts(thoughts);
      break;
    } catch (const Error& error) {
      if (error.sqlstate() != kGoneUser) throw;
    }
    std::vector<int64_t> users;
    for (const auto& thought : thoughts) users.push_back(thought.user_id);
    const auto there = new_site.WhoIsThere(users);
    left_out += static_cast<int64_t>(std::erase_if(
        thoughts, [&](const NewThought& thought) { return !there.contains(thought.user_id); }));
  }
  return left_out;
}

}  // namespace

std::vector<Piece> Differences(const std::vector<Range>& there,
                               const std::vector<Range>& imported) {
  std::vector<Piece> pieces;
  auto theirs = there.begin();
  auto ours = imported.begin();
  while (theirs != there.end() || ours != imported.end()) {
    const bool is_theirs =
        theirs != there.end() && (ours == imported.end() || theirs->number <= ours->number);
    const bool is_ours =
        ours != imported.end() && (theirs == there.end() || ours->number <= theirs->number);
    if (!is_theirs || !is_ours || *theirs != *ours) {
      Append(pieces, is_theirs ? theirs->number : ours->number, is_theirs ? theirs->count : 0,
             is_ours ? ours->count : 0);
    }
    theirs += is_theirs;
    ours += is_ours;
  }
  return pieces;
}

void ImportPiece(const Piece& piece, const Owners& owners, OldSite& old_site, NewSite& new_site,
                 bool dry_run, Report& report) {
  Sorter sorter(owners, new_site.ImportedThoughts(piece.first_id, piece.last_id),
                new_site.ThoughtIds(piece.first_id, piece.last_id), report);
  for (auto& thought : old_site.Thoughts(piece.first_id, piece.last_id)) {
    sorter.Sort(std::move(thought));
  }
  sorter.Finish();
  if (!dry_run) {
    GiveIds(sorter.fresh, new_site);
    sorter.counts.of_deleted += AddOfThoseWhoAreThere(sorter.fresh, new_site);
  }
  sorter.counts.imported = static_cast<int64_t>(sorter.fresh.size());
  report.Add(sorter.counts);
}

}  // namespace sql::imports
