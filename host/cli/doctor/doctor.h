// What is wrong with a host, looked for from outside: with its files, its sockets, NGINX, the
// database and the machine. Nothing is changed, no lock is taken, no worker is started, and no
// secret is shown.
//
// Each Check... is one matter; the parts of it that are well share one line, so that what is not
// can be seen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/cli/doctor/finding.h"
#include "host/cli/doctor/identity.h"
#include "host/manifest/manifest.h"
#include "host/supervisor/config.h"
#include "host/supervisor/status.h"

namespace host::doctor {

// What the checks look at.
struct Patient {
  std::string config_file;
  HostConfig config;
  std::vector<Manifest> manifests;   // of the functions it would serve
  std::optional<HostStatus> status;  // nothing: no host answers
  std::string silence;               // then: why
  Identity host;                     // the running host's; without one, ours
  std::optional<pid_t> nginx;        // the master process

  const FunctionStatus* Find(const std::string& function) const;
};

// All of them, for the host of this configuration. Takes some seconds when something hangs.
Findings Examine(const std::string& config_file);

Findings CheckHost(const Patient& patient);       // alive, functions, deploys, leftovers, log
Findings CheckRunDir(const Patient& patient);     // the folder, control, each function's socket
Findings CheckNginx(const Patient& patient);      // alive, ports, configuration, static files
Findings CheckDatabases(const Patient& patient);  // the ready check, and each function's login
Findings CheckFiles(const Patient& patient);      // keys, secrets, state
Findings CheckMachine(const Patient& patient);    // limits, disks, clock

}  // namespace host::doctor
