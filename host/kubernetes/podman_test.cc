#include "host/kubernetes/podman.h"

#include <boost/test/unit_test.hpp>

#include "host/kubernetes/services.h"
#include "host/kubernetes/yaml.h"

BOOST_AUTO_TEST_SUITE(podman)

namespace {

using host::kubernetes::ForPodman;
using host::kubernetes::PodmanPod;
using Json = nlohmann::json;

constexpr char kWorld[] = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  template:
    metadata: {labels: {app: cart}}
    spec:
      terminationGracePeriodSeconds: 25
      topologySpreadConstraints: [{maxSkew: 1}]
      containers:
      - name: worker
        image: cart:1
        envFrom: [{configMapRef: {name: settings}}]
        ports: [{name: fastcgi, containerPort: 9000}]
        readinessProbe: {exec: {command: [ready]}}
        lifecycle: {preStop: {sleep: {seconds: 5}}}
        securityContext: {readOnlyRootFilesystem: true}
        volumeMounts: [{name: tmp, mountPath: /tmp}, {name: keys, mountPath: /keys}]
      volumes:
      - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 16Mi}}
      - {name: keys, secret: {secretName: keys, defaultMode: 288}}
---
{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: cart}, ports: [{port: 80, targetPort: fastcgi}]}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {A: "1"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys}, data: {a.pem: aGVsbG8K, b.pem: aGVsbG8=}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: cart}, spec: {}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    metadata: {labels: {app: migrate}}
    spec: {restartPolicy: OnFailure, containers: [{name: c, image: "m:1"}]}
)";

std::vector<Json> World() { return host::kubernetes::ReadYaml(kWorld, "world.yaml"); }

host::kubernetes::PodmanWorld Translated(const std::vector<Json>& objects = World()) {
  return ForPodman(objects, {.secrets = "/s", .publish = {{"cart/fastcgi", 9350}}});
}

const Json& SpecOf(const PodmanPod& pod) { return pod.files.back().at("spec"); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_deployment_and_a_job_become_pods) {
  const auto world = Translated();
  BOOST_REQUIRE(world.pods.size() == 2u);
  const auto& cart = world.pods[0];
  BOOST_TEST(cart.deployment == "cart");
  BOOST_TEST(cart.stop_s == 25);
  BOOST_TEST(!cart.once);
  BOOST_TEST(cart.files.back()["kind"] == "Pod");
  BOOST_TEST(cart.files.back()["metadata"]["name"] == cart.name);
  BOOST_TEST(world.pods[1].once);
  BOOST_TEST(SpecOf(world.pods[1])["restartPolicy"] == "OnFailure");
}

BOOST_AUTO_TEST_CASE(what_podman_knows_stays_as_it_is) {
  const auto spec = SpecOf(Translated().pods[0]);
  BOOST_TEST(spec["containers"][0]["securityContext"]["readOnlyRootFilesystem"] == true);
  BOOST_TEST(spec["containers"][0]["image"] == "cart:1");
  BOOST_TEST(spec["containers"][0]["envFrom"][0]["configMapRef"]["name"] == "settings");
}

BOOST_AUTO_TEST_CASE(what_podman_would_do_by_a_shell_or_not_at_all_is_left_out) {
  const auto spec = SpecOf(Translated().pods[0]);
  for (const char* key : {"readinessProbe", "lifecycle"}) {
    BOOST_TEST(!spec["containers"][0].contains(key), key);
  }
  BOOST_TEST(!spec.contains("topologySpreadConstraints"));
}

BOOST_AUTO_TEST_CASE(a_secret_becomes_files_and_a_folder) {
  const auto world = Translated();
  BOOST_TEST(SpecOf(world.pods[0])["volumes"][1]["hostPath"]["path"] == "/s/keys");
  const std::map<std::string, std::string> expected = {{"keys/a.pem", "hello\n"},
                                                       {"keys/b.pem", "hello"}};
  BOOST_TEST((world.secrets == expected));
}

BOOST_AUTO_TEST_CASE(an_empty_dir_is_shared_with_no_other_pod) {
  const auto pod = Translated().pods[0];
  const auto& spec = SpecOf(pod);
  BOOST_TEST(spec["volumes"][0]["name"] == pod.name + "-tmp");
  BOOST_TEST(spec["containers"][0]["volumeMounts"][0]["name"] == pod.name + "-tmp");
  BOOST_TEST(spec["containers"][0]["volumeMounts"][1]["name"] == "keys");
}

BOOST_AUTO_TEST_CASE(a_pod_finds_services_by_name_and_configmaps_beside_it) {
  const auto world = Translated();
  BOOST_REQUIRE(world.services.size() == 1u);
  BOOST_TEST(world.services[0].address.starts_with("10.96."));
  BOOST_TEST(SpecOf(world.pods[0])["hostAliases"][0] ==
             Json({{"ip", world.services[0].address}, {"hostnames", {"cart"}}}));
  BOOST_TEST(world.pods[0].files[0]["data"]["A"] == "1");
}

BOOST_AUTO_TEST_CASE(a_port_is_published_on_this_machine_alone_and_only_when_asked) {
  const auto port = SpecOf(Translated().pods[0])["containers"][0]["ports"][0];
  BOOST_TEST(port["hostIP"] == "127.0.0.1");
  BOOST_TEST(port["hostPort"] == 9350);
  const auto closed = ForPodman(World(), {.secrets = "/s", .publish = {}}).pods[0];
  BOOST_TEST(!SpecOf(closed)["containers"][0].contains("ports"));
}

BOOST_AUTO_TEST_CASE(a_pods_name_changes_with_all_that_it_is_made_of) {
  auto objects = World();
  const auto before = Translated(objects).pods[0].name;
  BOOST_TEST(Translated(objects).pods[0].name == before);
  objects[0]["/spec/template/spec/containers/0/image"_json_pointer] = "cart:2";
  const auto after = Translated(objects).pods[0].name;
  BOOST_TEST(after != before);
  objects.push_back({{"apiVersion", "v1"},
                     {"kind", "Service"},
                     {"metadata", {{"name", "other"}}},
                     {"spec", objects[1]["spec"]}});
  BOOST_TEST(Translated(objects).pods[0].name == after);
  objects[2]["data"]["A"] = "2";
  BOOST_TEST(Translated(objects).pods[0].name != after);
}

BOOST_AUTO_TEST_CASE(what_it_has_no_words_for_is_refused) {
  auto objects = World();
  objects.push_back(
      {{"apiVersion", "apps/v1"}, {"kind", "StatefulSet"}, {"metadata", {{"name", "x"}}}});
  BOOST_CHECK_EXCEPTION(Translated(objects), std::runtime_error, [](const auto& fault) {
    return std::string(fault.what()).starts_with("StatefulSet x: podman has no such thing");
  });
  objects = World();
  objects[1]["spec"]["selector"] = {{"app", "card"}};
  BOOST_CHECK_EXCEPTION(Translated(objects), std::runtime_error, [](const auto& fault) {
    return std::string(fault.what()) == "Service cart: no Deployment has its pods";
  });
}

BOOST_AUTO_TEST_CASE(a_service_leads_to_each_of_its_pods_alike) {
  const auto services = Translated().services;
  const auto rules =
      host::kubernetes::ServiceRules(services, {{"cart", {"10.89.0.2", "10.89.0.3"}}});
  BOOST_TEST(rules.find("ip daddr " + services[0].address +
                        " tcp dport 80 dnat to numgen random mod 2 map { 0 : 10.89.0.2, 1 : "
                        "10.89.0.3 } : 9000\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_service_without_pods_refuses_at_once) {
  const auto services = Translated().services;
  const auto rules = host::kubernetes::ServiceRules(services, {});
  BOOST_TEST(rules.find(services[0].address + " tcp dport 80 reject with tcp reset\n") !=
             std::string::npos);
  BOOST_TEST(rules.find("dnat to") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
