#include "sql/import/users.h"

#include <limits>
#include <utility>
#include <vector>

#include "host/base/utf8.h"
#include "sql/import/rules.h"

namespace sql::imports {
namespace {

constexpr int kBatch = 5000;

class Importer {
 public:
  Importer(NewSite& new_site, bool dry_run, Report& report)
      : new_site_(new_site), dry_run_(dry_run), report_(report) {}

  void Batch(const std::vector<OldUser>& users) {
    counts_ = {.there = static_cast<int64_t>(users.size())};
    const auto known = new_site_.KnownUsers(users.front().id, users.back().id);
    std::vector<const OldUser*> fresh;
    for (const auto& user : users) {
      const auto found = known.find(user.id);
      if (found == known.end()) {
        fresh.push_back(&user);
      } else {
        Known(user, found->second);
      }
    }
    Fresh(fresh);
    report_.Add(counts_);
  }

  Owners TakeOwners() { return std::move(owners_); }

 private:
  void Refuse(const OldUser& user, const std::string& reason) {
    ++counts_.refused;
    owners_.try_emplace(user.username, Owner{.refused = true});
    report_.Add({.table = "user", .id = user.id, .username = user.username, .reason = reason});
  }

  void Known(const OldUser& user, const KnownUser& known) {
    if (!known.user_id) {
      ++counts_.deleted_here;
      owners_.try_emplace(user.username, Owner{.deleted = true});
      return;
    }
    owners_.try_emplace(user.username,
                        Owner{.user_id = *known.user_id, .username = known.username});
    if (known.digest == user.digest) {
      ++counts_.unchanged;
      if (!known.password_may_be_ours) NoteMissingPassword(user);
    } else {
      NewPassword(user, known);
    }
  }

  void NewPassword(const OldUser& user, const KnownUser& known) {
    const auto hash = KeepHash(user.password_hash);
    const auto differs = [&](const std::string& reason) {
      ++counts_.unchanged;
      report_.Add({.kind = Note::Kind::kDiffers,
                   .table = "user",
                   .id = user.id,
                   .username = user.username,
                   .reason = reason});
    };
    if (!hash) {
      differs("the new password there is " + hash.error());
    } else if (known.password_may_be_ours ||
               (!dry_run_ && !new_site_.SetPassword(user.id, *hash, user.digest))) {
      differs("has a new password there; the one here was changed too, and stays");
    } else {
      ++counts_.new_password;
    }
  }

  // Those that may come, but for names that somebody has.
  struct Candidate {
    const OldUser* user;
    Name name;
  };

  std::vector<Candidate> WithGoodNames(const std::vector<const OldUser*>& users) {
    std::vector<const OldUser*> readable;
    std::vector<std::string> names;
    for (const auto* user : users) {
      if (owners_.contains(user->username)) {
        Refuse(*user, "the name is that of another user, who has the smaller id");
      } else if (!host::IsUtf8(user->username)) {
        Refuse(*user, NameFault(user->username));
      } else {
        owners_.try_emplace(user->username, Owner{.refused = true});  // until it is taken
        readable.push_back(user);
        names.push_back(user->username);
      }
    }
    std::vector<Candidate> good;
    if (names.empty()) return good;
    auto forms = new_site_.Names(names);
    for (size_t i = 0; i < readable.size(); ++i) {
      const auto fault = NameFault(forms[i].nfc);
      if (fault.empty()) {
        good.push_back({readable[i], std::move(forms[i])});
      } else {
        Refuse(*readable[i], fault);
      }
    }
    return good;
  }

  void Fresh(const std::vector<const OldUser*>& users) {
    const auto candidates = WithGoodNames(users);
    if (candidates.empty()) return;
    std::vector<std::string> keys;
    for (const auto& candidate : candidates) keys.push_back(candidate.name.key);
    const auto holders = new_site_.Holders(keys);
    std::vector<Candidate> chosen;
    for (const auto& candidate : candidates) {
      const auto holder = holders.find(candidate.name.key);
      if (holder != holders.end() && !holder->second.old_id) {
        RefuseTaken(*candidate.user);
      } else if (holder != holders.end() || !keys_.insert(candidate.name.key).second) {
        Refuse(*candidate.user,
               "the name differs only in case or Unicode composition from that of another user, "
               "who came first");
      } else {
        chosen.push_back(candidate);
      }
    }
    Add(chosen);
  }

  void RefuseTaken(const OldUser& user) {
    Refuse(user, "the name belongs to somebody who signed up at the new site");
  }

  void Add(const std::vector<Candidate>& chosen) {
    std::vector<NewUser> users;
    for (const auto& [user, name] : chosen) {
      users.push_back({.old_id = user->id,
                       .username = name.nfc,
                       .password_hash = KeepHash(user->password_hash).value_or(kNoPassword),
                       .digest = user->digest});
    }
    std::unordered_map<int64_t, int64_t> ids;
    if (!dry_run_ && !users.empty()) ids = new_site_.AddUsers(users);
    for (const auto& [user, name] : chosen) {
      const auto id = ids.find(user->id);
      if (!dry_run_ && id == ids.end()) {  // somebody signed up just now
        RefuseTaken(*user);
        continue;
      }
      ++counts_.imported;
      owners_[user->username] = {.user_id = dry_run_ ? 0 : id->second, .username = name.nfc};
      NoteMissingPassword(*user);
    }
  }

  // In every report, until it has one.
  void NoteMissingPassword(const OldUser& user) {
    const auto hash = KeepHash(user.password_hash);
    if (hash) return;
    report_.Add({.kind = Note::Kind::kWithout,
                 .table = "user",
                 .id = user.id,
                 .username = user.username,
                 .reason = hash.error()});
  }

  NewSite& new_site_;
  const bool dry_run_;
  Report& report_;
  UserCounts counts_;
  Owners owners_;
  std::unordered_set<std::string> keys_;  // of all who came in this run
};

}  // namespace

Owners ImportUsers(OldSite& old_site, NewSite& new_site, bool dry_run, Report& report,
                   const std::function<void(int64_t done)>& done) {
  Importer importer(new_site, dry_run, report);
  int64_t count = 0, last = std::numeric_limits<int64_t>::min();
  while (true) {
    const auto users = old_site.Users(last, kBatch);
    if (users.empty()) return importer.TakeOwners();
    importer.Batch(users);
    last = users.back().id;
    count += static_cast<int64_t>(users.size());
    done(count);
  }
}

}  // namespace sql::imports
