// For `podman kube play` (4.3.1, Debian 12): the objects of an overlay with what podman lacks put
// in other words. What it has stays as it is.
//
// clang-format off
//   here                       becomes                         because podman
//   Deployment, Job            a Pod of its template           names all pods of a Deployment
//                                                              alike; has no Jobs
//   Secret as a volume         hostPath: a folder of files     falls over such a volume
//   emptyDir                   the same, called as the pod     shares it by its name
//   PersistentVolumeClaim      the same, with a hash           shares it by its name
//   Service                    an address in hostAliases; who  has none
//                              answers there: services.h
//   ConfigMap                  beside each pod that names it   reads it from the same file alone
//   preStop.sleep              nothing: who replaces a pod     does not know it
//                              takes it out of its Service
//   probes                     nothing: who starts a pod asks  makes them of a shell and systemd
//   ports to be published      hostPort on 127.0.0.1
//   other ports                nothing                         publishes each to all the world
// clang-format on
//
// HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy, Gateway, HTTPRoute, Namespace and
// custom resources mean nothing to one machine and are left out.
//
// A pod is named after its Deployment and a hash of all that it is made of: the same overlay gives
// the same names, and whatever changes a pod gives it another. A further Service does not.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace host::kubernetes {

struct PodmanOptions {
  std::string secrets;                 // below it lie Secrets' files; no two worlds have the same
  std::map<std::string, int> publish;  // "SERVICE/PORT": the port on 127.0.0.1
};

struct PodmanPod {
  std::string deployment;             // or the Job
  std::string name;                   // DEPLOYMENT-HASH
  bool once = false;                  // a Job: it ends
  int stop_s = 0;                     // how long it may take to end
  std::vector<nlohmann::json> files;  // its documents: ConfigMaps, the Pod
};

struct PodmanService {
  std::string name;
  std::string address;                   // as hostAliases have it
  std::map<int, int> ports;              // of the Service, of the pods
  std::vector<std::string> deployments;  // whose pods answer
};

struct PodmanWorld {
  std::vector<PodmanPod> pods;
  std::vector<PodmanService> services;
  std::map<std::string, std::string> secrets;  // NAME/KEY below the folder: content
};

// `objects` as Kustomize gives them. Throws std::runtime_error for what it cannot put in other
// words: a kind that it does not know, a Service without pods, a ConfigMap that is not there.
PodmanWorld ForPodman(const std::vector<nlohmann::json>& objects, const PodmanOptions& options);

}  // namespace host::kubernetes
