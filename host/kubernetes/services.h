// Services on one machine, as kube-proxy makes them of netfilter rules: a connection to a Service's
// address is led to one of its pods, chosen at random, and stays there; a Service without pods
// refuses. The rules stand in the network namespace of each pod that asks, not on the machine: they
// go with the pod.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/kubernetes/podman.h"

namespace host::kubernetes {

// By Deployment, the addresses of its pods that may be asked.
using Endpoints = std::map<std::string, std::vector<std::string>>;

// A file for `nft -f`, which puts all rules in place at once, or none. Connections that exist are
// not touched.
std::string ServiceRules(const std::vector<PodmanService>& services, const Endpoints& endpoints);

}  // namespace host::kubernetes
