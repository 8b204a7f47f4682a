#include "host/kubernetes/kustomize.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "host/kubernetes/yaml.h"

BOOST_AUTO_TEST_SUITE(kustomize)

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// A folder with base/ (a Deployment that reads a ConfigMap) and top/, as tests write them.
class Tree {
 public:
  Tree() {
    Put("base/kustomization.yaml", "resources: [app.yaml]\n");
    Put("base/app.yaml", R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, labels: {tier: front}}
spec:
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
      - {name: c, image: "registry.example:5000/app:1", envFrom: [{configMapRef: {name: settings}}]}
      volumes:
      - {name: keys, secret: {secretName: keys}}
)");
  }
  ~Tree() { fs::remove_all(root_); }

  void Put(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }

  // What top/kustomization.yaml, with these lines, makes of it.
  std::vector<Json> Top(const std::string& text) {
    Put("top/kustomization.yaml", "resources: [../base]\n" + text);
    return host::kubernetes::Kustomize((root_ / "top").string());
  }

  std::string Fault(const std::string& text) {
    try {
      Top(text);
    } catch (const std::runtime_error& fault) {
      const std::string what = fault.what();
      return what.substr(what.find(": ") + 2);
    }
    return "";
  }

 private:
  fs::path root_ = fs::temp_directory_path() / ("kustomize-" + std::to_string(getpid()));
};

Json Only(const std::vector<Json>& objects, const std::string& kind) {
  for (const auto& object : objects) {
    if (object["kind"] == kind) return object;
  }
  BOOST_FAIL("no " << kind);
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(namespace_labels_and_images_reach_what_lies_below) {
  Tree tree;
  const auto app =
      Only(tree.Top("namespace: shop\n"
                    "labels: [{pairs: {stage: dev}, includeTemplates: true}]\n"
                    "images: [{name: \"registry.example:5000/app\", newTag: \"2\"}]\n"),
           "Deployment");
  BOOST_TEST(app["metadata"]["namespace"] == "shop");
  BOOST_TEST(app["metadata"]["labels"] == Json({{"stage", "dev"}, {"tier", "front"}}));
  BOOST_TEST(app["/spec/template/metadata/labels"_json_pointer] ==
             Json({{"stage", "dev"}, {"app", "app"}}));
  BOOST_TEST(app["/spec/template/spec/containers/0/image"_json_pointer] ==
             "registry.example:5000/app:2");
}

// The names are those that kustomize 5.5 gives.
BOOST_AUTO_TEST_CASE(a_generated_name_ends_with_a_hash_and_pods_follow_it) {
  Tree tree;
  tree.Put("top/a.txt", "a<b>&\n");
  const auto objects = tree.Top(
      "configMapGenerator: [{name: settings, files: [a.txt], literals: [A=1]}]\n"
      "secretGenerator: [{name: keys, files: [key=a.txt]}]\n");
  const auto pod = Only(objects, "Deployment")["/spec/template/spec"_json_pointer];
  const auto map = Only(objects, "ConfigMap");
  BOOST_TEST(map["data"] == Json({{"A", "1"}, {"a.txt", "a<b>&\n"}}));
  BOOST_TEST(map["metadata"]["name"] == "settings-f52dbdcb77");
  BOOST_TEST(pod["/containers/0/envFrom/0/configMapRef/name"_json_pointer] ==
             map["metadata"]["name"]);
  const auto secret = Only(objects, "Secret");
  BOOST_TEST(secret["data"]["key"] == "YTxiPiYK");
  BOOST_TEST(secret["metadata"]["name"] == "keys-gh9gkbfd45");
  BOOST_TEST(pod["/volumes/0/secret/secretName"_json_pointer] == secret["metadata"]["name"]);
}

BOOST_AUTO_TEST_CASE(a_name_may_go_without_its_hash) {
  Tree tree;
  const auto objects = tree.Top(
      "configMapGenerator: [{name: settings, literals: [A=1], "
      "options: {disableNameSuffixHash: true}}]\n");
  BOOST_TEST(Only(objects, "ConfigMap")["metadata"]["name"] == "settings");
}

BOOST_AUTO_TEST_CASE(a_patch_changes_what_its_target_names) {
  Tree tree;
  const std::string patch = "patch: '[{op: add, path: /spec/replicas, value: 3}]'}]\n";
  BOOST_TEST(
      Only(tree.Top("patches: [{target: {kind: Deployment, labelSelector: tier=front}, " + patch),
           "Deployment")["spec"]["replicas"] == 3);
  BOOST_TEST(tree.Fault("patches: [{target: {kind: Service}, " + patch)
                 .starts_with("a patch is for what is not there"));
  BOOST_TEST(tree.Fault("patches: [{target: {name: app}, "
                        "patch: '[{op: replace, path: /spec/no, value: 3}]'}]\n")
                 .starts_with("the patch of Deployment/app does not fit"));
}

BOOST_AUTO_TEST_CASE(a_component_changes_what_was_there_before_it) {
  Tree tree;
  tree.Put(
      "part/kustomization.yaml",
      "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
      "configMapGenerator: [{name: settings, literals: [A=1]}]\n"
      "patches: [{target: {name: app}, patch: '[{op: add, path: /spec/paused, value: true}]'}]\n");
  const auto objects = tree.Top("components: [../part]\n");
  BOOST_TEST(Only(objects, "Deployment")["spec"]["paused"] == true);
  BOOST_TEST(objects.size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_it_does_not_know_is_refused_by_name) {
  Tree tree;
  BOOST_TEST(tree.Fault("nameprefix: a\n").starts_with("\"nameprefix\" is not among"));
  BOOST_TEST(tree.Fault("images: [{name: a, tag: b}]\n") == "images: unknown: tag");
  BOOST_TEST(tree.Fault("resources: [a]\n").ends_with("\"resources\" stands there twice"));
  BOOST_TEST(tree.Fault("labels: [{pairs: {a: b}, includeSelectors: true}]\n") ==
             "labels: unknown: includeSelectors");
}

BOOST_AUTO_TEST_SUITE_END()
