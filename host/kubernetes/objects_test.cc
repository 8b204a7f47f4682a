#include "host/kubernetes/objects.h"

#include <boost/test/unit_test.hpp>

#include "host/kubernetes/policy_test_support.h"

BOOST_AUTO_TEST_SUITE(objects)

namespace {

using host::Manifest;
using Json = nlohmann::json;

Manifest Orders() {
  Manifest out;
  out.name = "orders_list";
  out.pool = {.mode = host::PoolMode::kDynamic, .min = 2, .max = 4};
  out.limits.memory_mb = 100;
  out.limits.timeout_ms = 7500;
  out.needs = {"database"};
  return out;
}

host::kubernetes::Policy Policy() {
  return *host::kubernetes::ParsePolicy(host::kubernetes::kPolicy, "policy.json");
}

Json Find(const Manifest& manifest, const std::string& kind) {
  for (auto& object : host::kubernetes::ObjectsOf(manifest, Policy())) {
    if (object["kind"] == kind) return object;
  }
  BOOST_FAIL("no " << kind);
  return {};
}

Json Variable(const Json& pod, const std::string& name) {
  for (const auto& each : pod["containers"][0]["env"]) {
    if (each["name"] == name) return each["value"];
  }
  return nullptr;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_objects_of_a_function_have_its_name_as_dns_may_have_it) {
  const auto objects = host::kubernetes::ObjectsOf(Orders(), Policy());
  BOOST_TEST(objects.size() == 4u);
  for (const auto& object : objects) BOOST_TEST(object["metadata"]["name"] == "orders-list");
  BOOST_CHECK_THROW(host::kubernetes::ObjectName("orders_"), std::runtime_error);
  BOOST_CHECK_THROW(host::kubernetes::ObjectName(std::string(64, 'a')), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(whatever_selects_pods_selects_those_of_the_deployment) {
  const auto deployment = Find(Orders(), "Deployment");
  const auto labels = deployment["/spec/template/metadata/labels"_json_pointer];
  for (const Json& selector :
       {deployment["/spec/selector/matchLabels"_json_pointer],
        Find(Orders(), "Service")["/spec/selector"_json_pointer],
        Find(Orders(), "PodDisruptionBudget")["/spec/selector/matchLabels"_json_pointer]}) {
    BOOST_TEST(selector.size() == 2u);
    for (const auto& [key, value] : selector.items())
      BOOST_TEST(labels.value(key, Json()) == value);
  }
  BOOST_TEST(Find(Orders(), "HorizontalPodAutoscaler")["/spec/scaleTargetRef/name"_json_pointer] ==
             deployment["metadata"]["name"]);
}

BOOST_AUTO_TEST_CASE(a_pod_fulfils_the_restricted_standard) {
  const auto pod = Find(Orders(), "Deployment")["/spec/template/spec"_json_pointer];
  BOOST_TEST(pod["automountServiceAccountToken"] == false);
  BOOST_TEST(pod["securityContext"]["runAsNonRoot"] == true);
  BOOST_TEST(pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault");
  const auto security = pod["containers"][0]["securityContext"];
  BOOST_TEST(security["allowPrivilegeEscalation"] == false);
  BOOST_TEST(security["readOnlyRootFilesystem"] == true);
  BOOST_TEST(security["capabilities"]["drop"] == Json::array({"ALL"}));
}

BOOST_AUTO_TEST_CASE(memory_is_enough_for_all_workers_and_one_that_takes_over) {
  const auto resources =
      Find(Orders(), "Deployment")["/spec/template/spec/containers/0/resources"_json_pointer];
  BOOST_TEST(resources["limits"]["memory"] == "532Mi");   // 32 + 5 * 100
  BOOST_TEST(resources["requests"]["memory"] == "64Mi");  // 32 + 2 * 16
}

BOOST_AUTO_TEST_CASE(a_pod_has_time_for_its_longest_request_after_others_heard_that_it_leaves) {
  const auto pod = Find(Orders(), "Deployment")["/spec/template/spec"_json_pointer];
  BOOST_TEST(pod["terminationGracePeriodSeconds"] == 5 + 8 + 10);
  BOOST_TEST(pod["/containers/0/lifecycle/preStop/sleep/seconds"_json_pointer] == 5);
  BOOST_TEST(Variable(pod, "FNHOST_GRACE_MS") == "15500");
}

BOOST_AUTO_TEST_CASE(a_need_becomes_variables_files_and_a_label) {
  const auto deployment = Find(Orders(), "Deployment");
  const auto pod = deployment["/spec/template/spec"_json_pointer];
  BOOST_TEST(deployment["/spec/template/metadata/labels"_json_pointer]["fnhost/reaches-database"] ==
             "true");
  BOOST_TEST(Variable(pod, "DATABASE_URL_FILE") == "/run/secrets/database/url");
  const auto& volumes = pod["volumes"];
  BOOST_TEST(volumes.back()["secret"]["secretName"] == "database-shop");
  BOOST_TEST(pod["containers"][0]["volumeMounts"].back()["mountPath"] == "/run/secrets/database");
}

BOOST_AUTO_TEST_CASE(a_need_that_the_policy_does_not_know_is_named) {
  auto manifest = Orders();
  manifest.needs = {"queue"};
  try {
    host::kubernetes::ObjectsOf(manifest, Policy());
    BOOST_ERROR("nothing was said");
  } catch (const std::runtime_error& fault) {
    BOOST_TEST(std::string(fault.what()).starts_with("orders_list/function.json: needs: "));
  }
}

BOOST_AUTO_TEST_CASE(a_canary_runs_another_version_beside_the_function_and_shares_no_pod_with_it) {
  const auto objects =
      host::kubernetes::CanaryOf(Orders(), {.version = "1.5.0", .percent = 10}, Policy());
  BOOST_REQUIRE(objects.size() == 4u);
  for (const auto& object : objects) BOOST_TEST(object["metadata"]["name"] == "orders-list-canary");
  BOOST_TEST(objects[0]["/spec/template/spec/containers/0/image"_json_pointer] ==
             "registry.example/shop/orders_list-canary:1.5.0");
  BOOST_TEST(objects[0]["/spec/selector/matchLabels"_json_pointer] !=
             Find(Orders(), "Deployment")["/spec/selector/matchLabels"_json_pointer]);
}

BOOST_AUTO_TEST_CASE(more_workers_in_the_manifest_may_become_more_pods) {
  auto manifest = Orders();
  BOOST_TEST(Find(manifest, "HorizontalPodAutoscaler")["spec"]["maxReplicas"] == 20);
  manifest.pool.max = 8;
  BOOST_TEST(Find(manifest, "HorizontalPodAutoscaler")["spec"]["maxReplicas"] == 40);
}

BOOST_AUTO_TEST_SUITE_END()
