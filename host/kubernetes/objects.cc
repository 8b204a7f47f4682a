#include "host/kubernetes/objects.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace host::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr int kKubeletMarginS = 2;
constexpr std::string_view kName = "{name}";

Json List(std::initializer_list<Json> values) { return Json::array_t(values); }

Json Labels(const Manifest& manifest, const Policy& policy) {
  return {{"app.kubernetes.io/name", ObjectName(manifest.name)},
          {"app.kubernetes.io/component", "function"},
          {"app.kubernetes.io/part-of", policy.part_of}};
}

Json Selector(const Manifest& manifest) {
  return {{"app.kubernetes.io/component", "function"},
          {"app.kubernetes.io/name", ObjectName(manifest.name)}};
}

Json Metadata(const Manifest& manifest, const Policy& policy) {
  return {{"name", ObjectName(manifest.name)}, {"labels", Labels(manifest, policy)}};
}

// What the function's needs come to, all together.
NeedPolicy NeedsOf(const Manifest& manifest, const Policy& policy) {
  NeedPolicy all;
  for (const auto& need : manifest.needs) {
    const auto known = policy.needs.find(need);
    if (known == policy.needs.end()) {
      throw std::runtime_error(manifest.name +
                               "/function.json: needs: the policy does not say what \"" + need +
                               "\" is on Kubernetes; add it to its \"needs\"");
    }
    all.environment.insert(known->second.environment.begin(), known->second.environment.end());
    all.secrets.insert(known->second.secrets.begin(), known->second.secrets.end());
    all.reaches.insert(all.reaches.end(), known->second.reaches.begin(),
                       known->second.reaches.end());
  }
  return all;
}

Json Megabytes(long mb) { return std::to_string(mb) + "Mi"; }
Json Thousandths(long m) { return std::to_string(m) + "m"; }

// Asked of the command that the image starts with: no shell, no port, no address.
Json Probe(const std::string& what, int period_s, int failures) {
  return {{"exec", {{"command", List({"/usr/bin/fnhost", "worker", "--probe", what})}}},
          {"periodSeconds", period_s},
          {"timeoutSeconds", 5},
          {"failureThreshold", failures}};
}

// A worker over limits.memory_mb is replaced after its request, the new one ready first: so one
// more than pool.max. No limit of CPU: it would throttle what is idle most of the time.
Json Resources(const Manifest& manifest, const Policy& policy) {
  const int workers = std::max(manifest.pool.min, 1);
  return {{"requests",
           {{"cpu", Thousandths(policy.cpu_request_m)},
            {"memory", Megabytes(policy.memory_host_mb +
                                 long{workers} * policy.memory_request_mb_per_worker)}}},
          {"limits",
           {{"memory", Megabytes(policy.memory_host_mb +
                                 long{manifest.pool.max + 1} * manifest.limits.memory_mb)},
            {"ephemeral-storage", Megabytes(64)}}}};
}

// How long a worker may take to end after SIGTERM: shorter than what Kubernetes waits for the pod.
int GraceMs(const Manifest& manifest, const Policy& policy) {
  return manifest.limits.timeout_ms + (policy.spare_s - kKubeletMarginS) * 1000;
}

Json Container(const Manifest& manifest, const Policy& policy, const NeedPolicy& needs) {
  std::string image = policy.image;
  if (const size_t at = image.find(kName); at != std::string::npos) {
    image.replace(at, kName.size(), manifest.name);
  }
  const std::string any = "0.0.0.0:";
  std::map<std::string, std::string> variables = needs.environment;
  variables["FNHOST_LISTEN"] = any + std::to_string(policy.port);
  variables["FNHOST_METRICS"] = any + std::to_string(policy.metrics_port);
  variables["FNHOST_GRACE_MS"] = std::to_string(GraceMs(manifest, policy));
  Json env = Json::array();
  for (const auto& [name, value] : variables) env.push_back({{"name", name}, {"value", value}});
  Json mounts = List({{{"name", "tmp"}, {"mountPath", "/tmp"}}});
  for (const auto& [name, path] : needs.secrets) {
    mounts.push_back({{"name", name}, {"mountPath", path}, {"readOnly", true}});
  }
  const std::string wire = manifest.protocol == Protocol::kUwsgi ? "uwsgi" : "fastcgi";
  return {{"name", "worker"},
          {"image", image + ":" + policy.version},
          {"imagePullPolicy", "IfNotPresent"},
          {"envFrom", List({{{"configMapRef", {{"name", policy.config_map}}}}})},
          {"env", env},
          {"ports", List({{{"name", wire}, {"containerPort", policy.port}},
                          {{"name", "metrics"}, {"containerPort", policy.metrics_port}}})},
          {"startupProbe", Probe("ready", 1, 60)},
          {"readinessProbe", Probe("ready", 5, 2)},
          {"livenessProbe", Probe("live", 10, 3)},
          // Others must stop sending first: they learn of it in their own time.
          {"lifecycle", {{"preStop", {{"sleep", {{"seconds", policy.pre_stop_s}}}}}}},
          {"resources", Resources(manifest, policy)},
          {"securityContext",
           {{"allowPrivilegeEscalation", false},
            {"readOnlyRootFilesystem", true},
            {"capabilities", {{"drop", List({"ALL"})}}}}},
          {"volumeMounts", mounts}};
}

Json Volumes(const NeedPolicy& needs) {
  const Json memory = {{"medium", "Memory"}, {"sizeLimit", "16Mi"}};
  Json out = List({{{"name", "tmp"}, {"emptyDir", memory}}});
  for (const auto& [name, ignored] : needs.secrets) {
    // Readable for the group of the pod's files alone.
    out.push_back({{"name", name}, {"secret", {{"secretName", name}, {"defaultMode", 0440}}}});
  }
  return out;
}

Json Spread(const Manifest& manifest, const std::string& over) {
  return {{"maxSkew", 1},
          {"topologyKey", over},
          {"whenUnsatisfiable", "ScheduleAnyway"},
          {"labelSelector", {{"matchLabels", Selector(manifest)}}}};
}

Json Pod(const Manifest& manifest, const Policy& policy) {
  const NeedPolicy needs = NeedsOf(manifest, policy);
  Json labels = Labels(manifest, policy);
  for (const auto& each : needs.reaches) labels["fnhost/reaches-" + each] = "true";
  const int longest_s = (manifest.limits.timeout_ms + 999) / 1000;
  return {{"metadata",
           {{"labels", labels},
            {"annotations",
             {{"prometheus.io/scrape", "true"},
              {"prometheus.io/port", std::to_string(policy.metrics_port)},
              {"prometheus.io/path", "/metrics"}}}}},
          {"spec",
           {{"automountServiceAccountToken", false},
            {"enableServiceLinks", false},
            {"terminationGracePeriodSeconds", policy.pre_stop_s + longest_s + policy.spare_s},
            {"securityContext",
             {{"runAsNonRoot", true},
              {"runAsUser", policy.user},
              {"runAsGroup", policy.user},
              {"fsGroup", policy.user},
              {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
            {"topologySpreadConstraints", List({Spread(manifest, "kubernetes.io/hostname"),
                                                Spread(manifest, "topology.kubernetes.io/zone")})},
            {"containers", List({Container(manifest, policy, needs)})},
            {"volumes", Volumes(needs)}}}};
}

// No "replicas": the autoscaler decides, and whoever applies this file must not undo it.
Json Deployment(const Manifest& manifest, const Policy& policy) {
  Json metadata = Metadata(manifest, policy);
  metadata["annotations"] = {{"fnhost/summary", manifest.summary}};
  return {
      {"apiVersion", "apps/v1"},
      {"kind", "Deployment"},
      {"metadata", metadata},
      {"spec",
       {{"selector", {{"matchLabels", Selector(manifest)}}},
        {"revisionHistoryLimit", 3},
        {"progressDeadlineSeconds", 120},
        {"strategy",
         {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", 1}, {"maxUnavailable", 0}}}}},
        {"template", Pod(manifest, policy)}}}};
}

// One address that stays, whatever pods are behind it (docs/decisions/0020).
Json Service(const Manifest& manifest, const Policy& policy) {
  const std::string wire = manifest.protocol == Protocol::kUwsgi ? "uwsgi" : "fastcgi";
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", Metadata(manifest, policy)},
          {"spec",
           {{"selector", Selector(manifest)},
            {"ports", List({{{"name", wire}, {"port", policy.port}, {"targetPort", wire}}})}}}};
}

// By CPU in all, not by a share of what was asked for: idle pods ask for next to nothing.
Json Autoscaler(const Manifest& manifest, const Policy& policy) {
  const int most =
      std::max(policy.replicas_min, manifest.pool.max * policy.replicas_max_per_worker);
  return {
      {"apiVersion", "autoscaling/v2"},
      {"kind", "HorizontalPodAutoscaler"},
      {"metadata", Metadata(manifest, policy)},
      {"spec",
       {{"scaleTargetRef",
         {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", ObjectName(manifest.name)}}},
        {"minReplicas", policy.replicas_min},
        {"maxReplicas", most},
        {"metrics",
         List({{{"type", "Resource"},
                {"resource",
                 {{"name", "cpu"},
                  {"target",
                   {{"type", "AverageValue"},
                    {"averageValue", Thousandths(long{manifest.pool.max} *
                                                 policy.cpu_scale_at_m_per_worker)}}}}}}})},
        {"behavior", {{"scaleDown", {{"stabilizationWindowSeconds", 300}}}}}}}};
}

Json DisruptionBudget(const Manifest& manifest, const Policy& policy) {
  return {{"apiVersion", "policy/v1"},
          {"kind", "PodDisruptionBudget"},
          {"metadata", Metadata(manifest, policy)},
          {"spec",
           {{"maxUnavailable", 1},
            {"unhealthyPodEvictionPolicy", "AlwaysAllow"},
            {"selector", {{"matchLabels", Selector(manifest)}}}}}};
}

}  // namespace

std::string ObjectName(const std::string& function) {
  std::string name = function;
  std::ranges::replace(name, '_', '-');
  if (name.empty() || name.size() > 63 || name.ends_with('-')) {
    throw std::runtime_error(function +
                             ": no name for Kubernetes: it must not end with _ and not " +
                             "have more than 63 letters");
  }
  return name;
}

std::vector<Json> CanaryOf(const Manifest& manifest, const Canary& canary, Policy policy) {
  policy.version = canary.version;
  Manifest named = manifest;
  named.name += "-canary";
  named.summary += " (canary)";
  return ObjectsOf(named, policy);
}

std::vector<Json> ObjectsOf(const Manifest& manifest, const Policy& policy) {
  return {Deployment(manifest, policy), Service(manifest, policy), Autoscaler(manifest, policy),
          DisruptionBudget(manifest, policy)};
}

}  // namespace host::kubernetes
