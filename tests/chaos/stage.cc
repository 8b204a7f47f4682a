#include "tests/chaos/stage.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/chaos/monolith.h"
#include "tests/chaos/operations.h"
#include "tests/instance/host.h"

namespace chaos {
namespace {

namespace fs = std::filesystem;

constexpr double kGetsPerSecond = 120;
constexpr double kPostsPerSecond = 60;

// What ./dev test chaos was told by an option; `otherwise` when it was not.
double Option(const char* variable, double otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == 0 ? otherwise : std::atof(value);
}

double LoadFactor() { return Option("CHAOS_LOAD", 1); }

// All routes start at the monolith, which answers no more than the trials ask.
void MoveRoutesToFunctions() {
  TheMonolith();
  const auto status = e2e::HostStatus();
  for (const auto& function : status.at("functions")) {
    Operate("route " + function.at("name").get<std::string>() + " --to function");
  }
}

}  // namespace

void DeployFunction(const std::string& name, const std::string& binary, const Change& change) {
  auto manifest = nlohmann::ordered_json::parse(std::ifstream(ManifestOf("null")));
  manifest["name"] = name;
  change(manifest);
  const auto folder = e2e::State() + "/chaos/" + name;
  fs::create_directories(folder);
  fs::copy_file(binary, BinaryOf(name), fs::copy_options::overwrite_existing);
  std::ofstream(ManifestOf(name)) << manifest.dump(2) << "\n";
  Operate("deploy " + name + " --binary '" + BinaryOf(name) + "' --manifest '" + ManifestOf(name) +
          "'");
  Operate("route " + name + " --to function");
}

// The program of an instance's function under another name and path, spoken to by uwsgi.
void DeployOverUwsgi(const std::string& original, const std::string& name,
                     const std::string& path) {
  DeployFunction(name, BinaryOf(original), [&](nlohmann::ordered_json& manifest) {
    manifest = nlohmann::ordered_json::parse(std::ifstream(ManifestOf(original)));
    manifest["name"] = name;
    manifest["routes"][0]["path"] = path;
    manifest["protocol"] = "uwsgi";
  });
}

std::string TrialBinary(const std::string& name) {
  return fs::read_symlink("/proc/self/exe").parent_path() / "functions" / name;
}

const std::vector<Protocol>& Protocols() {
  static const std::vector<Protocol> protocols = [] {
    MoveRoutesToFunctions();
    DeployOverUwsgi("null", "null_uwsgi", "/chaos/null");
    DeployOverUwsgi("my_thoughts_create", "create_uwsgi", "/chaos/thoughts/");
    return std::vector<Protocol>{
        {"fastcgi", "null", "my_thoughts_create", "/null", "/api/me/thoughts/"},
        {"uwsgi", "null_uwsgi", "create_uwsgi", "/chaos/null", "/chaos/thoughts/"}};
  }();
  return protocols;
}

std::vector<std::string> Functions() {
  std::vector<std::string> names;
  for (const auto& protocol : Protocols()) {
    names.push_back(protocol.null);
    names.push_back(protocol.create);
  }
  return names;
}

const e2e::User& Writer() {
  static const e2e::User user = [] {
    Protocols();
    return e2e::NewUser();
  }();
  return user;
}

int Port() {
  const auto url = e2e::Public("");
  return std::stoi(url.substr(url.rfind(':') + 1));
}

sql::Connection Database() {
  return sql::Connection(sql::ReadSecretFile(e2e::State() + "/secrets/owner.dsn"));
}

Call Get(const Protocol& protocol) {
  return {.name = "GET over " + protocol.name,
          .path = protocol.null_path,
          .per_second = kGetsPerSecond * LoadFactor()};
}

Call Post(const Protocol& protocol) {
  return {.name = "POST over " + protocol.name,
          .method = "POST",
          .path = protocol.create_path,
          .headers = {"Authorization: " + Writer().authorization},
          .writes = true,
          .per_second = kPostsPerSecond * LoadFactor(),
          .good = {201}};
}

std::vector<Call> Calls() {
  std::vector<Call> calls;
  for (const auto& protocol : Protocols()) {
    calls.push_back(Get(protocol));
    calls.push_back(Post(protocol));
  }
  return calls;
}

std::chrono::milliseconds Time(std::chrono::milliseconds usual) {
  const double seconds = Option("CHAOS_SECONDS", 0);
  return seconds == 0 ? usual : std::chrono::milliseconds(static_cast<long>(1000 * seconds));
}

}  // namespace chaos
