// kubernetes: what deploy/kubernetes is made of and checked with. ./dev kube calls it.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/kubernetes/kustomize.h"
#include "host/kubernetes/podman.h"
#include "host/kubernetes/policy.h"
#include "host/kubernetes/render.h"
#include "host/kubernetes/services.h"
#include "host/kubernetes/yaml.h"
#include "host/manifest/manifest.h"

namespace {

using Arguments = std::vector<std::string>;

constexpr char kUsage[] = R"(Examples:
  kubernetes render functions deploy/kubernetes/policy.json deploy/kubernetes/base/functions
  kubernetes check functions deploy/kubernetes/policy.json deploy/kubernetes/base/functions
  kubernetes build deploy/kubernetes/overlays/prod > prod.yaml
  kubernetes podman deploy/kubernetes/overlays/dev /tmp/out nginx/public=8080 nginx/internal=8081
  kubernetes services deploy/kubernetes/overlays/dev < addresses | nft -f -

render    writes a file for each function of the folder, and their kustomization.yaml
check     says what render would change; exit 1 when there is anything
build     what `kubectl kustomize FOLDER` prints, for the folders here (host/kubernetes/kustomize.h)
podman    the same for `podman kube play` (host/kubernetes/podman.h): pods/NAME.yaml, secrets/NAME/KEY,
          and in the file "list" a line for each: DEPLOYMENT NAME runs|once SECONDS_TO_STOP
services  rules for nft that lead Services to pods; stdin: lines DEPLOYMENT ADDRESS

Exit: 0 done, 1 failed (lines on stderr say why), 2 wrong usage.
)";

int Fail(const std::vector<std::string>& faults) {
  for (const auto& fault : faults) std::cerr << fault << '\n';
  return 1;
}

int Generate(const Arguments& at, bool check) {
  const auto manifests = host::ReadManifests(at[0]);
  if (!manifests) return Fail(manifests.error());
  const auto policy = host::kubernetes::ReadPolicy(at[1]);
  if (!policy) return Fail(policy.error());
  const auto files = host::kubernetes::Render(*manifests, *policy);
  if (!check) {
    host::kubernetes::Write(files, at[2]);
    return 0;
  }
  const auto differences = host::kubernetes::Differences(files, at[2]);
  Fail(differences);
  if (differences.empty()) return 0;
  std::cerr << "The manifests or the policy changed. To write them anew: ./dev kube render\n";
  return 1;
}

int Build(const Arguments& at) {
  for (const auto& object : host::kubernetes::Kustomize(at[0])) {
    std::cout << "---\n" << host::kubernetes::WriteYaml(object);
  }
  return std::cout.flush() ? 0 : 1;
}

void Put(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw std::runtime_error(path.string() + ": cannot be written");
}

int Podman(const Arguments& at) {
  const std::filesystem::path to = at[1];
  host::kubernetes::PodmanOptions options{.secrets = (to / "secrets").string(), .publish = {}};
  for (size_t i = 2; i < at.size(); ++i) {
    const size_t equals = at[i].find('=');
    if (equals == std::string::npos) throw std::runtime_error("no SERVICE/PORT=NUMBER: " + at[i]);
    options.publish[at[i].substr(0, equals)] = std::stoi(at[i].substr(equals + 1));
  }
  const auto world = host::kubernetes::ForPodman(host::kubernetes::Kustomize(at[0]), options);
  std::string list;
  for (const auto& pod : world.pods) {
    std::string text;
    for (const auto& document : pod.files) text += "---\n" + host::kubernetes::WriteYaml(document);
    Put(to / "pods" / (pod.name + ".yaml"), text);
    list += pod.deployment + " " + pod.name + (pod.once ? " once " : " runs ") +
            std::to_string(pod.stop_s) + "\n";
  }
  for (const auto& [name, content] : world.secrets) Put(to / "secrets" / name, content);
  Put(to / "list", list);
  return 0;
}

int Services(const Arguments& at) {
  host::kubernetes::Endpoints endpoints;
  for (std::string deployment, address; std::cin >> deployment >> address;) {
    endpoints[deployment].push_back(address);
  }
  const auto world = host::kubernetes::ForPodman(host::kubernetes::Kustomize(at[0]), {});
  std::cout << host::kubernetes::ServiceRules(world.services, endpoints);
  return std::cout.flush() ? 0 : 1;
}

int Run(const std::string& command, const Arguments& at) {
  if (command == "render" && at.size() == 3) return Generate(at, false);
  if (command == "check" && at.size() == 3) return Generate(at, true);
  if (command == "build" && at.size() == 1) return Build(at);
  if (command == "podman" && at.size() >= 2) return Podman(at);
  if (command == "services" && at.size() == 1) return Services(at);
  const bool help = command == "--help" || command == "-h";
  (help ? std::cout : std::cerr) << kUsage;
  return help ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc > 1 ? argv[1] : "", Arguments(argv + std::min(argc, 2), argv + argc));
  } catch (const std::exception& fault) {
    std::cerr << "kubernetes: " << fault.what() << '\n';
    return 1;
  }
}
