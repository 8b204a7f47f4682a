// The instance's fnhost and NGINX: their commands, their processes, what runs under them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/instance/instance.h"

namespace e2e {

// Runs `fnhost ARGUMENTS --config ...` of the instance. The output holds stderr as well.
Ran Fnhost(const std::string& arguments);

// `fnhost status --json`; null while no supervisor answers.
nlohmann::json HostStatus();
// What status says about one function; null when it is not there.
nlohmann::json FunctionStatus(const std::string& function);
// Waits until the supervisor runs and each pool has the ready workers that it wants, none starting
// and none draining; false when that takes longer.
bool Settled(int seconds = 40);

int Supervisor();   // its process; 0 when it is not there
int NginxMaster();  // the same of NGINX
// As ./dev up does; does not wait. Throws std::runtime_error.
void StartSupervisor();
std::vector<int> NginxWorkers();  // those that take new requests
std::vector<int> Children(int pid);
// Open descriptors of a process: what each one is, as "socket" or a path.
std::vector<std::string> Descriptors(int pid);
// Processes of the program STATE/bin/fnhost with this word as first argument, as "run" or "keep".
std::vector<int> FnhostProcesses(const std::string& command);

}  // namespace e2e
