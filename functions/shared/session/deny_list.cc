#include "functions/shared/session/deny_list.h"

#include <algorithm>
#include <charconv>

#include "host/base/unavailable.h"

namespace session {
namespace {

constexpr int64_t kPruneSeconds = 60;  // how often, and how long entries outlive their tokens

}  // namespace

bool DenyList::Refresh(const host::Clock& clock, host::SteadyTime deadline, const Read& read) {
  std::unique_lock lock(state_);
  const auto now = clock.Steady();
  if (read_at_ && now - *read_at_ < kStale) return true;
  if (failed_at_ && now - *failed_at_ < kRetry) return Usable(now);
  if (reading_) {
    // With an older list a session that ended elsewhere would go on for longer than is promised.
    // The time limit is the real clock's; a test's clock may stand still.
    if (!read_at_ || now - *read_at_ >= kLatest) {
      const auto patience = std::chrono::steady_clock::now() + kPatience;
      done_.wait_until(lock, std::min(deadline, patience), [this] { return !reading_; });
    }
    return Usable(clock.Steady());
  }
  reading_ = true;
  const std::string cursor = cursor_;
  lock.unlock();

  std::optional<News> news;
  const auto finish = [&] {
    lock.lock();
    reading_ = false;
    if (news) {
      read_at_ = now;
      failed_at_.reset();
      cursor_ = std::move(news->cursor);
    } else {
      failed_at_ = clock.Steady();
    }
    done_.notify_all();
  };
  try {
    news = read(cursor);
    // Before `finish`: who then sees a fresh list sees its entries.
    Apply(*news, std::chrono::system_clock::to_time_t(clock.Now()));
  } catch (const host::Unavailable&) {
    // The database layer has logged it.
  } catch (...) {
    news.reset();
    finish();
    throw;
  }
  finish();
  return Usable(clock.Steady());
}

void DenyList::Apply(const News& news, int64_t now_s) {
  const std::unique_lock lock(entries_);
  for (const Revocation& one : news.revocations) {
    if (one.kind != Revocation::Kind::kUser) {
      auto& until = (one.kind == Revocation::Kind::kGrant ? grants_ : tokens_)[one.subject];
      until = std::max(until, one.until_s);
      continue;
    }
    int64_t id = 0;
    std::from_chars(one.subject.data(), one.subject.data() + one.subject.size(), id);
    UserEpoch& user = users_[id];
    user.epoch_ms = std::max(user.epoch_ms, one.epoch_ms);
    user.until_s = std::max(user.until_s, one.until_s);
  }
  if (now_s - pruned_s_ < kPruneSeconds) return;
  pruned_s_ = now_s;
  for (auto* entries : {&tokens_, &grants_}) {
    std::erase_if(*entries,
                  [&](const auto& entry) { return entry.second < now_s - kPruneSeconds; });
  }
  std::erase_if(users_,
                [&](const auto& entry) { return entry.second.until_s < now_s - kPruneSeconds; });
}

bool DenyList::Refuses(const Claims& claims) const {
  const std::shared_lock lock(entries_);
  if (tokens_.contains(claims.id)) return true;
  if (!claims.grant.empty() && grants_.contains(claims.grant)) return true;
  const auto user = users_.find(claims.user_id);
  return user != users_.end() && claims.issued_ms <= user->second.epoch_ms;
}

size_t DenyList::size() const {
  const std::shared_lock lock(entries_);
  return tokens_.size() + grants_.size() + users_.size();
}

}  // namespace session
