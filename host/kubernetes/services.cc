#include "host/kubernetes/services.h"

namespace host::kubernetes {

std::string ServiceRules(const std::vector<PodmanService>& services, const Endpoints& endpoints) {
  std::string lead;
  std::string refuse;
  for (const auto& service : services) {
    std::vector<std::string> pods;
    for (const auto& deployment : service.deployments) {
      const auto found = endpoints.find(deployment);
      if (found == endpoints.end()) continue;
      pods.insert(pods.end(), found->second.begin(), found->second.end());
    }
    for (const auto& [port, target] : service.ports) {
      const std::string match =
          "    ip daddr " + service.address + " tcp dport " + std::to_string(port) + " ";
      if (pods.empty()) {
        refuse += match + "reject with tcp reset\n";
        continue;
      }
      std::string map;
      for (size_t i = 0; i < pods.size(); ++i) {
        map += (i == 0 ? "" : ", ") + std::to_string(i) + " : " + pods[i];
      }
      lead += match + "dnat to numgen random mod " + std::to_string(pods.size()) + " map { " + map +
              " } : " + std::to_string(target) + "\n";
    }
  }
  return "table ip services\n"
         "delete table ip services\n"
         "table ip services {\n"
         "  chain lead {\n"
         "    type nat hook output priority -100; policy accept;\n" +
         lead +
         "  }\n"
         "  chain refuse {\n"
         "    type filter hook output priority filter; policy accept;\n" +
         refuse +
         "  }\n"
         "}\n";
}

}  // namespace host::kubernetes
