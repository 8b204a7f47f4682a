// NginxSite: brings a new configuration to the NGINX of this host, or leaves the old one serving.
//
//   render -> PREFIX/nginx.conf.new -> nginx -t -> PREFIX/nginx.conf (before: nginx.conf.old)
//          -> SIGHUP -> a new generation of workers
//
// Whatever fails puts the old file back and says why. Several calls within `debounce` are one
// change: the last one's manifests count, and all their callbacks get the outcome. A text that is
// there already is not applied again, and NGINX is not touched. When NGINX does not run, the file
// is checked and written for its next start.
//
// A reload loses no request on a new connection; a client's kept connection may be closed under its
// next request. So what can be switched without one is (route_table.h).
//
// All calls and callbacks are the loop's thread's; the disk is written to from there, a file of a
// few hundred KB. Nothing blocks on NGINX.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/routing/nginx_master.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/run_program.h"

namespace host {

class NginxSite {
 public:
  struct Settings {
    std::string prefix;
    // May throw std::invalid_argument, whose text is the reason of the failure.
    std::function<std::string(const std::vector<Manifest>&)> render;
    std::chrono::milliseconds debounce{100};
    std::chrono::milliseconds take_over{5'000};  // from SIGHUP to a new generation
  };
  // Nothing: NGINX serves by this configuration, or will when it starts. Else why not.
  using Done = std::function<void(std::optional<std::string>)>;

  NginxSite(EventLoop& loop, Settings settings);
  ~NginxSite();  // calls nobody back
  NginxSite(const NginxSite&) = delete;
  NginxSite& operator=(const NginxSite&) = delete;

  // Called while another change is under way, it is the next one.
  void Apply(std::vector<Manifest> manifests, Done done);

  int reloads() const { return reloads_; }  // since this object was made

 private:
  void Begin();
  void Check(const std::string& text);
  void Checked(const ProgramEnd& end);
  void Swap();
  void Reload();
  void Watch();
  void Later(void (NginxSite::*step)());
  void Restore(const std::string& why);
  void Finish(const std::optional<std::string>& why);

  EventLoop& loop_;
  const Settings settings_;
  const std::string file_;  // PREFIX/nginx.conf
  const std::string fresh_;
  const std::string old_;

  std::vector<Manifest> manifests_;  // the latest asked for
  std::vector<Done> waiting_;        // for the next change
  std::vector<Done> served_;         // by the change that is under way
  bool busy_ = false;
  EventLoop::TimerId timer_ = 0;
  std::unique_ptr<Program> program_;

  std::optional<NginxMaster> master_;
  std::set<pid_t> before_;
  SteadyTime deadline_;
  size_t log_size_ = 0;  // of error.log, before SIGHUP
  int reloads_ = 0;
};

}  // namespace host
