// What all trials play on: the functions under load, once for each protocol, their user, their
// database. Made at the first use.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sql/client/client.h"
#include "tests/chaos/load.h"
#include "tests/instance/instance.h"

namespace chaos {

// The functions that one protocol's load asks. Those of uwsgi are the same binaries, deployed under
// other names and paths.
struct Protocol {
  std::string name;
  std::string null;  // function names
  std::string create;
  std::string null_path;
  std::string create_path;
};
const std::vector<Protocol>& Protocols();
std::vector<std::string> Functions();  // all of them, of both protocols

const e2e::User& Writer();
int Port();                  // NGINX's public one
sql::Connection Database();  // as the owner

// Deploys a function of this name, whose manifest is that of `null` with another name and what
// `change` does to it. Its files lie in STATE/chaos/NAME. Throws std::runtime_error.
using Change = std::function<void(nlohmann::ordered_json& manifest)>;
void DeployFunction(const std::string& name, const std::string& binary, const Change& change);
std::string TrialBinary(const std::string& name);  // of functions/

// The usual load: for each protocol GETs of the smallest function and POSTs of thoughts, each one
// with another text, at a rate that leaves the machine room for the disturbance.
std::vector<Call> Calls();
Call Get(const Protocol& protocol);
Call Post(const Protocol& protocol);

// How long a trial lasts: `usual`, or what ./dev test chaos --seconds says.
std::chrono::milliseconds Time(std::chrono::milliseconds usual);

}  // namespace chaos
