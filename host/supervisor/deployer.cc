#include "host/supervisor/deployer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace host {
namespace {

constexpr size_t kKeptRevisions = 5;
constexpr char kNoState[] =
    "this host keeps nothing: set \"state_dir\" in its configuration and restart it";

double MsSince(SteadyTime time) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - time).count();
}

std::string ManifestBeside(const std::string& binary) {
  std::ifstream file(std::filesystem::path(binary).parent_path() / "function.json",
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

struct Deployer::Job {
  Done done;
  SteadyTime begun = std::chrono::steady_clock::now();
  DeployReport report;
  std::optional<Launch> before{};  // nothing for a function's first
  bool fresh = false;
  bool old_gone = false;
  bool routed = false;

  void Fail(const std::string& why) {
    if (const auto call = std::exchange(done, nullptr)) call(std::unexpected(why));
  }
};

Deployer::Deployer(const HostConfig& config, Supervisor& supervisor, const RevisionStore* store,
                   Background* background, Routes routes)
    : config_(config),
      supervisor_(supervisor),
      store_(store),
      background_(background),
      routes_(std::move(routes)) {}

void Deployer::Deploy(const std::string& function, std::optional<std::string> manifest, Fd binary,
                      Done done) {
  const auto job = std::make_shared<Job>(Job{.done = std::move(done), .report = {}});
  job->report.function = function;
  if (store_ == nullptr) return job->Fail(kNoState);
  if (supervisor_.stopping()) return job->Fail("the host is stopping");
  if (!manifest) {
    const FunctionPool* pool = supervisor_.Find(function);
    if (pool == nullptr) {
      return job->Fail(fmt::format(
          "there is no function {} yet; give its manifest too: --manifest FILE", function));
    }
    manifest = ManifestBeside(pool->launch().binary);
  }
  const auto import = [this, function, text = *std::move(manifest),
                       file = std::make_shared<Fd>(std::move(binary))] {
    return store_->Import(function, file->get(), text);
  };
  const bool taken =
      background_->Run(import, [this, job](const std::expected<Revision, std::string>& revision) {
        if (!revision) return job->Fail(revision.error());
        Bring(job, *revision);
      });
  if (!taken) job->Fail("too many deploys wait; try again");
}

void Deployer::Rollback(const std::string& function, Done done) {
  const auto job = std::make_shared<Job>(Job{.done = std::move(done), .report = {}});
  job->report.function = function;
  const FunctionPool* pool = supervisor_.Find(function);
  if (store_ == nullptr) return job->Fail(kNoState);
  if (pool == nullptr) return job->Fail("there is no function " + function);
  if (pool->previous().empty()) {
    return job->Fail(
        fmt::format("{} has no revision before {}", function, pool->launch().revision));
  }
  const auto revision = store_->Find(function, pool->previous());
  if (!revision) return job->Fail(revision.error());
  Bring(job, *revision);
}

std::optional<std::string> Deployer::Refusal(const Launch& launch) const {
  const std::string& name = launch.manifest.name;
  std::vector<Manifest> all = supervisor_.Manifests();
  std::erase_if(all, [&](const Manifest& each) { return each.name == name; });
  all.push_back(launch.manifest);
  if (const auto conflicts = Conflicts(all); !conflicts.empty()) return conflicts.front();
  const FunctionPool* pool = supervisor_.Find(name);
  if (pool == nullptr) return std::nullopt;
  if (pool->deploying() == launch.revision) return "this revision is being deployed already";
  if (pool->launch().manifest.protocol != launch.manifest.protocol) {
    return "protocol: cannot change while workers of both share the socket; deploy it under "
           "another name, or change the functions folder and restart the host";
  }
  return std::nullopt;
}

void Deployer::Bring(const std::shared_ptr<Job>& job, const Revision& revision) {
  if (supervisor_.stopping()) return job->Fail("the host is stopping");
  auto launch = LaunchOf(config_, revision);
  if (!launch) return job->Fail(launch.error());
  if (const auto refusal = Refusal(*launch)) return job->Fail(*refusal);
  FunctionPool* pool = supervisor_.Find(revision.manifest.name);
  job->report.revision = revision.name;
  if (pool == nullptr) {
    const auto added = supervisor_.Add(*launch);
    if (!added) return job->Fail(added.error());
    pool = *added;
    job->fresh = true;
  } else {
    job->before = pool->launch();
    job->report.previous = job->before->revision;
    if (job->before->revision == revision.name) {
      job->report.changed = false;
      job->old_gone = job->routed = true;
      return Finish(job);
    }
  }
  pool->Deploy(*std::move(launch),
               [this, job](const FunctionPool::DeployStep& step) { Step(job, step); });
}

void Deployer::Step(const std::shared_ptr<Job>& job, const FunctionPool::DeployStep& step) {
  switch (step.kind) {
    case FunctionPool::DeployStep::kServes:
      job->report.ready_ms = MsSince(job->begun);
      return Route(job);
    case FunctionPool::DeployStep::kDone:
      job->report.finished_ms = MsSince(job->begun);
      job->old_gone = true;
      return Finish(job);
    case FunctionPool::DeployStep::kFailed:
      if (job->fresh) supervisor_.Remove(job->report.function);
      return job->Fail(step.why);
  }
}

void Deployer::Route(const std::shared_ptr<Job>& job) {
  routes_(supervisor_.Manifests(), [this, job](const std::optional<std::string>& fault) {
    if (fault) return Undo(job, *fault);
    job->routed = true;
    Finish(job);
  });
}

// NGINX does not take the new manifest: what serves must be what it knows.
void Deployer::Undo(const std::shared_ptr<Job>& job, const std::string& why) {
  FunctionPool* pool = supervisor_.Find(job->report.function);
  if (pool != nullptr && pool->launch().revision == job->report.revision) {
    if (job->fresh) {
      supervisor_.Remove(job->report.function);
    } else {
      pool->Deploy(*job->before, [](const FunctionPool::DeployStep&) {});
    }
  }
  job->Fail("NGINX does not take it: " + why);
}

void Deployer::Finish(const std::shared_ptr<Job>& job) {
  if (!job->old_gone || !job->routed) return;
  if (const FunctionPool* pool = supervisor_.Find(job->report.function)) {
    job->report.workers = pool->Status().ready;
  }
  if (job->report.changed) Prune(job->report.function);
  if (const auto call = std::exchange(job->done, nullptr)) call(job->report);
}

void Deployer::Prune(const std::string& function) const {
  const FunctionPool* pool = supervisor_.Find(function);
  if (pool == nullptr) return;
  const std::set<std::string> keep = {pool->launch().revision, pool->previous(), pool->deploying()};
  // Revisions that do not go now go next time.
  std::ignore = background_->Run(
      [this, function, keep] { store_->Prune(function, keep, kKeptRevisions); }, [] {});
}

}  // namespace host
