#include "host/kubernetes/podman.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace host::kubernetes {
namespace {

using Json = nlohmann::json;

const std::set<std::string> kLeftOut = {"HorizontalPodAutoscaler",
                                        "PodDisruptionBudget",
                                        "NetworkPolicy",
                                        "Gateway",
                                        "HTTPRoute",
                                        "Namespace",
                                        "PodMonitor"};
const std::set<std::string> kTranslated = {"Deployment", "Job",     "Secret",
                                           "ConfigMap",  "Service", "PersistentVolumeClaim"};

std::string NameOf(const Json& object) { return object.at("metadata").at("name"); }

std::vector<const Json*> OfKind(const std::vector<Json>& objects, const std::string& kind) {
  std::vector<const Json*> out;
  for (const auto& object : objects) {
    if (object.at("kind") == kind) out.push_back(&object);
  }
  return out;
}

uint64_t Hash(const std::string& text) {  // FNV-1a: the same in every build
  uint64_t hash = 14695981039346656037U;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211U;
  return hash;
}

std::string ShortHash(const std::string& text) {
  std::array<char, 9> out{};
  snprintf(out.data(), out.size(), "%08x", static_cast<unsigned>(Hash(text) >> 32));
  return out.data();
}

std::string FromBase64(const std::string& text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) throw std::runtime_error("a Secret's data is no base64");
  const auto padding = std::ranges::count(text, '=');
  out.resize(static_cast<size_t>(size - padding));
  return out;
}

// Addresses of Services: in 10.96.0.0/16, as in many clusters, and for a name always the same
// unless two meet.
void SetAddresses(std::vector<PodmanService>& services) {
  std::set<unsigned> taken;
  for (auto& service : services) {
    unsigned at = static_cast<unsigned>(Hash(service.name) % 65000) + 10;
    while (!taken.insert(at).second) at = at % 65000 + 10;
    service.address = "10.96." + std::to_string(at >> 8) + "." + std::to_string(at & 255);
  }
}

int PortOf(const Json& container, const Json& port) {
  if (port.is_number()) return port.get<int>();
  for (const auto& each : container.at("ports")) {
    if (each.value("name", Json()) == port) return each.at("containerPort");
  }
  throw std::runtime_error("no port is called " + port.dump());
}

bool Selects(const Json& selector, const Json& labels) {
  return std::ranges::all_of(selector.items(), [&](const auto& each) {
    return labels.value(each.key(), Json()) == each.value();
  });
}

std::vector<PodmanService> Services(const std::vector<Json>& objects) {
  std::vector<PodmanService> out;
  for (const Json* service : OfKind(objects, "Service")) {
    PodmanService made{.name = NameOf(*service), .address = {}, .ports = {}, .deployments = {}};
    for (const Json* deployment : OfKind(objects, "Deployment")) {
      const Json& pod = deployment->at("spec").at("template");
      if (!Selects(service->at("spec").at("selector"), pod.at("metadata").at("labels"))) continue;
      made.deployments.push_back(NameOf(*deployment));
      for (const auto& port : service->at("spec").at("ports")) {
        made.ports[port.at("port")] = PortOf(pod.at("spec").at("containers").at(0),
                                             port.value("targetPort", port.at("port")));
      }
    }
    if (made.deployments.empty()) {
      throw std::runtime_error("Service " + made.name + ": no Deployment has its pods");
    }
    out.push_back(std::move(made));
  }
  std::ranges::sort(out, {}, &PodmanService::name);
  SetAddresses(out);
  return out;
}

// What makes the pods of one world.
class Translator {
 public:
  Translator(const std::vector<Json>& objects, const PodmanOptions& options)
      : objects_(objects), options_(options), services_(Services(objects)) {
    for (const auto& service : services_) {
      aliases_.push_back({{"ip", service.address}, {"hostnames", Json::array({service.name})}});
    }
  }

  PodmanPod Pod(const Json& owner) const {
    PodmanPod out{.deployment = NameOf(owner),
                  .name = {},
                  .once = owner.at("kind") == "Job",
                  .stop_s = 30,
                  .files = {}};
    Json spec = owner.at("spec").at("template").at("spec");
    out.stop_s = spec.value("terminationGracePeriodSeconds", out.stop_s);
    for (auto& container : spec["containers"]) {
      for (const char* key : {"startupProbe", "readinessProbe", "livenessProbe", "lifecycle"}) {
        container.erase(key);
      }
      Publish(out.deployment, container);
      AddConfigMaps(container, out.files);
    }
    for (const char* key : {"topologySpreadConstraints", "terminationGracePeriodSeconds"}) {
      spec.erase(key);
    }
    Json volumes = spec.value("volumes", Json::array());
    for (auto& volume : volumes) HoldSecret(volume);
    spec["volumes"] = volumes;
    // The hash is of what runs, and where: not of the name that it makes, nor of what others there
    // are.
    out.name =
        out.deployment + "-" + ShortHash(Json(out.files).dump() + spec.dump() + options_.secrets);
    NameVolumes(out.name, spec);
    spec["hostAliases"] = aliases_;
    out.files.push_back(
        {{"apiVersion", "v1"},
         {"kind", "Pod"},
         {"metadata",
          {{"name", out.name},
           {"labels", owner.at("spec").at("template").at("metadata").at("labels")}}},
         {"spec", spec}});
    return out;
  }

  const std::vector<PodmanService>& services() const { return services_; }

 private:
  void Publish(const std::string& deployment, Json& container) const {
    Json published = Json::array();
    for (auto& port : container.value("ports", Json::array())) {
      const auto found =
          options_.publish.find(deployment + "/" + port.value("name", std::string()));
      if (found == options_.publish.end()) continue;
      port["hostIP"] = "127.0.0.1";
      port["hostPort"] = found->second;
      published.push_back(port);
    }
    container.erase("ports");
    if (!published.empty()) container["ports"] = published;
  }

  void AddConfigMaps(const Json& container, std::vector<Json>& files) const {
    for (const auto& from : container.value("envFrom", Json::array())) {
      const std::string name = from.at("configMapRef").at("name");
      const auto maps = OfKind(objects_, "ConfigMap");
      const auto found =
          std::ranges::find_if(maps, [&](const Json* map) { return NameOf(*map) == name; });
      if (found == maps.end()) throw std::runtime_error("there is no ConfigMap " + name);
      files.push_back({{"apiVersion", "v1"},
                       {"kind", "ConfigMap"},
                       {"metadata", {{"name", name}}},
                       {"data", (*found)->at("data")}});
    }
  }

  void HoldSecret(Json& volume) const {
    if (!volume.contains("secret")) return;
    volume["hostPath"] = {
        {"path", options_.secrets + "/" + volume["secret"]["secretName"].get<std::string>()},
        {"type", "Directory"}};
    volume.erase("secret");
  }

  // An emptyDir is one pod's; a claim is of all pods of this world that name it.
  void NameVolumes(const std::string& pod, Json& spec) const {
    std::map<std::string, std::string> renamed;
    for (auto& volume : spec["volumes"]) {
      if (volume.contains("persistentVolumeClaim")) {
        Json& claim = volume["persistentVolumeClaim"]["claimName"];
        claim = claim.get<std::string>() + "-" + ShortHash(options_.secrets);
      }
      if (!volume.contains("emptyDir")) continue;
      const std::string name = volume["name"];
      renamed[name] = pod + "-" + name;
      volume["name"] = renamed[name];
      volume["emptyDir"] = Json::object();
    }
    for (auto& container : spec["containers"]) {
      if (!container.contains("volumeMounts")) continue;
      for (auto& mount : container["volumeMounts"]) {
        const auto found = renamed.find(mount["name"].get<std::string>());
        if (found != renamed.end()) mount["name"] = found->second;
      }
    }
  }

  const std::vector<Json>& objects_;
  const PodmanOptions& options_;
  std::vector<PodmanService> services_;
  Json aliases_ = Json::array();
};

}  // namespace

PodmanWorld ForPodman(const std::vector<Json>& objects, const PodmanOptions& options) {
  for (const auto& object : objects) {
    const std::string kind = object.at("kind");
    if (!kLeftOut.contains(kind) && !kTranslated.contains(kind)) {
      throw std::runtime_error(kind + " " + NameOf(object) +
                               ": podman has no such thing, and there are no other words for it");
    }
  }
  PodmanWorld world;
  for (const Json* secret : OfKind(objects, "Secret")) {
    for (const auto& [key, value] : secret->at("data").items()) {
      world.secrets[NameOf(*secret) + "/" + key] = FromBase64(value);
    }
  }
  const Translator translator(objects, options);
  world.services = translator.services();
  for (const char* kind : {"Deployment", "Job"}) {
    for (const Json* owner : OfKind(objects, kind)) world.pods.push_back(translator.Pod(*owner));
  }
  return world;
}

}  // namespace host::kubernetes
