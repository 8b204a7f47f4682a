// Deployer: brings a revision of one function into service while everything else goes on.
//
// A deploy stores binary and manifest, starts workers of the new revision on the function's socket,
// and drains the old ones when the new ones are ready. A manifest that changes what NGINX must know
// is handed to it after that. Whatever fails leaves the revision before serving, and says why.
//
// Several functions may be deployed at once; of one function the last deploy wins. All calls are
// the loop's thread's.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/manifest/manifest.h"
#include "host/revisions/revision_store.h"
#include "host/supervisor/background.h"
#include "host/supervisor/supervisor.h"

namespace host {

struct DeployReport {
  std::string function;
  std::string revision;
  std::string previous;  // "" for a function's first
  bool changed = true;   // false: it served already
  int workers = 0;
  double ready_ms = 0;     // from the command until the new revision served
  double finished_ms = 0;  // until the last old worker had left
};

class Deployer {
 public:
  using Done = std::function<void(std::expected<DeployReport, std::string>)>;
  // Makes NGINX route to these functions; calls back with nothing, or with why it does not.
  using Routes =
      std::function<void(std::vector<Manifest>, std::function<void(std::optional<std::string>)>)>;

  // `store` is null without a state folder: then every deploy is refused.
  Deployer(const HostConfig& config, Supervisor& supervisor, const RevisionStore* store,
           Background* background, Routes routes);

  // Without a manifest: the one that serves now.
  void Deploy(const std::string& function, std::optional<std::string> manifest, Fd binary,
              Done done);
  // Deploys the revision before.
  void Rollback(const std::string& function, Done done);

 private:
  struct Job;
  void Bring(const std::shared_ptr<Job>& job, const Revision& revision);
  std::optional<std::string> Refusal(const Launch& launch) const;
  void Step(const std::shared_ptr<Job>& job, const FunctionPool::DeployStep& step);
  void Route(const std::shared_ptr<Job>& job);
  void Undo(const std::shared_ptr<Job>& job, const std::string& why);
  void Finish(const std::shared_ptr<Job>& job);
  void Prune(const std::string& function) const;

  const HostConfig& config_;
  Supervisor& supervisor_;
  const RevisionStore* store_;
  Background* background_;
  const Routes routes_;
};

}  // namespace host
