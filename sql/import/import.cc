#include "sql/import/import.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <limits>
#include <vector>

#include "sql/import/new_site.h"
#include "sql/import/old_site.h"
#include "sql/import/thoughts.h"
#include "sql/import/users.h"
#include "sql/load/search_index.h"

namespace sql::imports {
namespace {

// More than a new site has before its first import, less than one that people use.
constexpr int64_t kFew = 1000;
constexpr int64_t kMany = 20000;

int64_t Count(const std::vector<Range>& ranges) {
  int64_t count = 0;
  for (const auto& range : ranges) count += range.count;
  return count;
}

// Keeps the ids that the old site takes next free here. Moved ahead again when half of them are
// left, so that the ids of this site do not run away from run to run.
void Reserve(const Settings& settings, int64_t last_there, NewSite& new_site, Report& report) {
  if (!settings.dry_run && new_site.LastId() < last_there + settings.reserve / 2) {
    new_site.ReserveIds(last_there + settings.reserve);
  }
  report.newest_there = last_there;
  report.next_here = new_site.LastId() + 1;
  report.in_its_way =
      new_site.CountThoughts(last_there + 1, last_there + settings.reserve / 10, kFew);
}

class Work {
 public:
  Work(const Settings& settings, std::vector<Piece> pieces, const Owners& owners,
       const OldSite& first, Report& report)
      : settings_(settings),
        pieces_(std::move(pieces)),
        owners_(owners),
        first_(first),
        report_(report) {}

  void Run(const Progress& progress) {
    int64_t total = 0;
    for (const auto& piece : pieces_) total += piece.there;
    std::vector<std::future<void>> sessions;
    const auto count = std::min<size_t>(static_cast<size_t>(settings_.sessions), pieces_.size());
    for (size_t i = 0; i < count; ++i) {
      sessions.push_back(std::async(std::launch::async, [this] { Session(); }));
    }
    for (auto& session : sessions) {
      while (session.wait_for(std::chrono::seconds(1)) != std::future_status::ready) {
        progress("thoughts", done_, total);
      }
    }
    for (auto& session : sessions) session.get();
    progress("thoughts", total, total);
  }

 private:
  void Session() {
    try {
      OldSite old_site(settings_.from, first_);
      NewSite new_site(settings_.conninfo, settings_.dry_run);
      for (size_t i = next_++; i < pieces_.size(); i = next_++) {
        ImportPiece(pieces_[i], owners_, old_site, new_site, settings_.dry_run, report_);
        done_ += pieces_[i].there;
      }
    } catch (...) {
      next_ = pieces_.size();  // the others need not go on
      throw;
    }
  }

  const Settings& settings_;
  const std::vector<Piece> pieces_;
  const Owners& owners_;
  const OldSite& first_;
  Report& report_;
  std::atomic<size_t> next_ = 0;
  std::atomic<int64_t> done_ = 0;
};

int64_t Missing(const std::vector<Piece>& pieces) {
  int64_t missing = 0;
  for (const auto& piece : pieces) missing += std::max<int64_t>(0, piece.there - piece.imported);
  return missing;
}

// Without the index while nobody uses this site yet: a row added to it costs more than building it.
// Whether it is to be made at the end.
bool LeaveOutSearchIndex(const Settings& settings, int64_t missing, NewSite& new_site) {
  if (settings.dry_run) return false;
  if (!new_site.HasSearchIndex()) return true;  // an earlier run was interrupted
  if (missing < kMany) return false;
  if (new_site.CountThoughts(1, std::numeric_limits<int64_t>::max(), kFew) >= kFew) return false;
  DropSearchIndex(new_site.connection());
  return true;
}

}  // namespace

void Import(const Settings& settings, Report& report, const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  report.dry_run = settings.dry_run;
  NewSite new_site(settings.conninfo, settings.dry_run);
  new_site.LockOutOthers();
  OldSite old_site(settings.from);
  const int64_t users = old_site.CountUsers();
  const auto owners = ImportUsers(old_site, new_site, settings.dry_run, report,
                                  [&](int64_t done) { progress("users", done, users); });

  progress("comparing", 0, 1);
  const auto there = old_site.Ranges();
  const auto imported = new_site.ImportedRanges();
  auto pieces = Differences(there, imported);
  int64_t to_look_at = 0;
  for (const auto& piece : pieces) to_look_at += piece.there;
  report.Add(ThoughtCounts{.there = Count(there), .unchanged = Count(there) - to_look_at});
  Reserve(settings, std::max(old_site.NewestId(), new_site.NewestImported()), new_site, report);
  const int64_t missing = Missing(pieces);
  const bool make_index = LeaveOutSearchIndex(settings, missing, new_site);
  if (!pieces.empty()) Work(settings, std::move(pieces), owners, old_site, report).Run(progress);
  if (make_index) {
    progress("search index", 0, 1);
    MakeSearchIndex(settings.conninfo);
  }
  if (!settings.dry_run && missing >= kMany) {
    progress("statistics", 0, 1);
    new_site.connection().Run("SELECT analyze_thoughts()");
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace sql::imports
