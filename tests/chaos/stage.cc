#include "tests/chaos/stage.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/chaos/operations.h"

namespace chaos {
namespace {

constexpr double kGetsPerSecond = 120;
constexpr double kPostsPerSecond = 60;

// Deploys the binary of `original` as the function `name` on `path`, spoken to by uwsgi.
void DeployOverUwsgi(const std::string& original, const std::string& name,
                     const std::string& path) {
  auto manifest = nlohmann::ordered_json::parse(std::ifstream(ManifestOf(original)));
  manifest["name"] = name;
  manifest["routes"][0]["path"] = path;
  manifest["protocol"] = "uwsgi";
  const auto folder = e2e::State() + "/functions/" + name;
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(BinaryOf(original), BinaryOf(name),
                             std::filesystem::copy_options::overwrite_existing);
  std::ofstream(ManifestOf(name)) << manifest.dump(2) << "\n";
  Operate("deploy " + name + " --binary '" + BinaryOf(name) + "' --manifest '" + ManifestOf(name) +
          "'");
}

}  // namespace

const std::vector<Protocol>& Protocols() {
  static const std::vector<Protocol> protocols = [] {
    (void)DeployOverUwsgi;
    return std::vector<Protocol>{
        {"fastcgi", "null", "my_thoughts_create", "/null", "/api/me/thoughts/"},
    };
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
  static const e2e::User user = e2e::NewUser();
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
          .per_second = kGetsPerSecond};
}

Call Post(const Protocol& protocol) {
  return {.name = "POST over " + protocol.name,
          .method = "POST",
          .path = protocol.create_path,
          .headers = {"Authorization: " + Writer().authorization},
          .writes = true,
          .per_second = kPostsPerSecond,
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
  const char* seconds = std::getenv("CHAOS_SECONDS");
  return seconds == nullptr || *seconds == 0 ? usual : std::chrono::seconds(std::atoi(seconds));
}

}  // namespace chaos
