#include "host/kubernetes/kustomize.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "host/kubernetes/generator.h"
#include "host/kubernetes/yaml.h"

namespace host::kubernetes {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const Json kNone = Json::array();

// Objects that stand outside of any namespace.
const std::set<std::string> kClusterWide = {"Namespace", "ClusterRole", "ClusterRoleBinding",
                                            "CustomResourceDefinition", "GatewayClass"};

struct Objects {
  std::vector<Json> all;
  std::set<std::string> hashed;  // "KIND/NAME" of generated ones whose name gets its hash
};

std::vector<Json> ReadFile(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path.string() + ": cannot be read");
  return ReadYaml(std::string(std::istreambuf_iterator<char>(in), {}), path.string());
}

// One kustomization.yaml: what it says, and words for what is wrong with it.
class Folder {
 public:
  explicit Folder(const fs::path& path) : path_(path.lexically_normal()) {
    const auto documents = ReadFile(path_ / "kustomization.yaml");
    if (documents.size() != 1 || !documents[0].is_object()) Fail("must be one YAML map");
    says_ = documents[0];
    static const std::set<std::string> known = {
        "apiVersion",      "kind",   "resources", "components",         "namespace",
        "labels",          "images", "patches",   "configMapGenerator", "secretGenerator",
        "generatorOptions"};
    for (const auto& [key, ignored] : says_.items()) {
      if (!known.contains(key)) {
        Fail("\"" + key + "\" is not among what host/kubernetes/kustomize.h knows of kustomize");
      }
    }
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw std::runtime_error((path_ / "kustomization.yaml").string() + ": " + what);
  }

  const Json& List(const std::string& key) const {
    const auto found = says_.find(key);
    if (found == says_.end()) return kNone;
    if (!found->is_array()) Fail(key + " must be a list");
    return *found;
  }

  std::string Text(const std::string& key) const { return says_.value(key, std::string()); }
  const Json& says() const { return says_; }
  const fs::path& path() const { return path_; }

  // Only these keys in an entry of a list.
  void Only(const Json& entry, const std::string& what, const std::set<std::string>& keys) const {
    for (const auto& [key, ignored] : entry.items()) {
      if (!keys.contains(key)) Fail(what + ": unknown: " + key);
    }
  }

 private:
  fs::path path_;
  Json says_;
};

std::string Id(const Json& object) {
  return object.at("kind").get<std::string>() + "/" +
         object.at("metadata").at("name").get<std::string>();
}

void Add(const Folder& folder, Json object, Objects& to) {
  if (!object.is_object() || !object.contains("kind") || !object.contains("apiVersion") ||
      !object.contains("metadata") || !object["metadata"].contains("name")) {
    folder.Fail("an object without apiVersion, kind or metadata.name");
  }
  const auto same = [&](const Json& other) {
    return Id(other) == Id(object) && other["apiVersion"] == object["apiVersion"];
  };
  if (std::ranges::any_of(to.all, same)) folder.Fail(Id(object) + " stands there twice");
  to.all.push_back(std::move(object));
}

void Generators(const Folder& folder, const std::string& key, const std::string& kind,
                Objects& to) {
  const bool plain =
      folder.says().value("/generatorOptions/disableNameSuffixHash"_json_pointer, false);
  for (const auto& entry : folder.List(key)) {
    Json object = Generate(kind, entry, folder.path().string());
    if (!entry.value("/options/disableNameSuffixHash"_json_pointer, plain)) {
      to.hashed.insert(Id(object));
    }
    Add(folder, std::move(object), to);
  }
}

bool HasLabels(const Json& object, const std::string& selector) {
  const Json labels = object["metadata"].value("labels", Json::object());
  size_t at = 0;
  while (at < selector.size()) {
    const size_t end = std::min(selector.find(',', at), selector.size());
    const std::string one = selector.substr(at, end - at);
    const size_t equals = one.find('=');
    if (equals == std::string::npos) return false;
    if (labels.value(one.substr(0, equals), std::string()) != one.substr(equals + 1)) return false;
    at = end + 1;
  }
  return true;
}

void Patch(const Folder& folder, Objects& objects) {
  for (const auto& entry : folder.List("patches")) {
    folder.Only(entry, "patches", {"target", "patch", "path"});
    const Json target = entry.value("target", Json::object());
    folder.Only(target, "patches: target", {"kind", "name", "labelSelector"});
    const auto read = entry.contains("path")
                          ? ReadFile(folder.path() / entry["path"].get<std::string>())
                          : ReadYaml(entry.at("patch").get<std::string>(),
                                     (folder.path() / "kustomization.yaml").string());
    if (read.size() != 1 || !read[0].is_array()) folder.Fail("a patch must be a JSON 6902 list");
    bool found = false;
    for (auto& object : objects.all) {
      if (target.contains("kind") && target["kind"] != object["kind"]) continue;
      if (target.contains("name") && target["name"] != object["metadata"]["name"]) continue;
      if (!HasLabels(object, target.value("labelSelector", std::string()))) continue;
      found = true;
      try {
        object = object.patch(read[0]);
      } catch (const Json::exception& fault) {
        folder.Fail("the patch of " + Id(object) + " does not fit: " + fault.what());
      }
    }
    if (!found) folder.Fail("a patch is for what is not there: " + target.dump());
  }
}

void SetNamespace(const Folder& folder, Objects& objects) {
  const std::string name = folder.Text("namespace");
  if (name.empty()) return;
  for (auto& object : objects.all) {
    if (object["kind"] == "Namespace") object["metadata"]["name"] = name;
    if (!kClusterWide.contains(object["kind"])) object["metadata"]["namespace"] = name;
  }
}

// The spec of the pods that an object makes; null when it makes none.
Json* PodSpec(Json& object) {
  static const std::map<std::string, std::string> places = {
      {"Deployment", "/spec/template/spec"},
      {"StatefulSet", "/spec/template/spec"},
      {"DaemonSet", "/spec/template/spec"},
      {"Job", "/spec/template/spec"},
      {"CronJob", "/spec/jobTemplate/spec/template/spec"},
      {"Pod", "/spec"}};
  const auto place = places.find(object.at("kind").get<std::string>());
  if (place == places.end()) return nullptr;
  return &object.at(Json::json_pointer(place->second));
}

void SetLabels(const Folder& folder, Objects& objects) {
  for (const auto& entry : folder.List("labels")) {
    folder.Only(entry, "labels", {"pairs", "includeTemplates"});
    for (auto& object : objects.all) {
      object["metadata"]["labels"].update(entry.at("pairs"));
      if (entry.value("includeTemplates", false) && object["kind"] != "Pod" &&
          PodSpec(object) != nullptr) {
        object["/spec/template/metadata/labels"_json_pointer].update(entry["pairs"]);
      }
    }
  }
}

void EachContainer(Json& pod, const std::function<void(Json&)>& change) {
  for (const char* list : {"initContainers", "containers"}) {
    if (!pod.contains(list)) continue;
    for (auto& container : pod[list]) change(container);
  }
}

void SetImages(const Folder& folder, Objects& objects) {
  for (const auto& entry : folder.List("images")) {
    folder.Only(entry, "images", {"name", "newName", "newTag"});
    const std::string name = entry.at("name");
    for (auto& object : objects.all) {
      Json* pod = PodSpec(object);
      if (pod == nullptr) continue;
      EachContainer(*pod, [&](Json& container) {
        const std::string image = container.at("image");
        const size_t slash = image.rfind('/');
        const size_t colon = image.find(':', slash == std::string::npos ? 0 : slash);
        if (image.substr(0, colon) != name) return;
        const std::string tag = colon == std::string::npos ? "" : image.substr(colon + 1);
        container["image"] = entry.value("newName", name) + ":" +
                             entry.value("newTag", tag.empty() ? "latest" : tag);
      });
    }
  }
}

Objects Build(const fs::path& path);

void AddFrom(const Folder& folder, const std::string& entry, Objects& to) {
  const fs::path path = folder.path() / entry;
  if (!fs::is_directory(path)) {
    for (auto& object : ReadFile(path)) Add(folder, std::move(object), to);
    return;
  }
  Objects inner = Build(path);
  for (auto& object : inner.all) Add(folder, std::move(object), to);
  to.hashed.merge(inner.hashed);
}

// A component sees what was gathered before it, and changes it.
void Transform(const Folder& folder, Objects& objects) {
  for (const auto& entry : folder.List("resources")) AddFrom(folder, entry, objects);
  for (const auto& entry : folder.List("components")) {
    Transform(Folder(folder.path() / entry.get<std::string>()), objects);
  }
  Generators(folder, "configMapGenerator", "ConfigMap", objects);
  Generators(folder, "secretGenerator", "Secret", objects);
  Patch(folder, objects);
  SetNamespace(folder, objects);
  SetLabels(folder, objects);
  SetImages(folder, objects);
}

Objects Build(const fs::path& path) {
  Objects objects;
  Transform(Folder(path), objects);
  return objects;
}

using Names = std::map<std::string, std::string>;  // "KIND/NAME" to the name with its hash

void Rename(Json& holder, const std::string& key, const std::string& kind, const Names& names) {
  if (!holder.contains(key)) return;
  const auto found = names.find(kind + "/" + holder[key].get<std::string>());
  if (found != names.end()) holder[key] = found->second;
}

void RenameIn(Json& pod, const Names& names) {
  EachContainer(pod, [&](Json& container) {
    if (!container.contains("envFrom")) return;
    for (auto& from : container["envFrom"]) {
      if (from.contains("configMapRef")) Rename(from["configMapRef"], "name", "ConfigMap", names);
      if (from.contains("secretRef")) Rename(from["secretRef"], "name", "Secret", names);
    }
  });
  if (!pod.contains("volumes")) return;
  for (auto& volume : pod["volumes"]) {
    if (volume.contains("configMap")) Rename(volume["configMap"], "name", "ConfigMap", names);
    if (volume.contains("secret")) Rename(volume["secret"], "secretName", "Secret", names);
  }
}

}  // namespace

std::vector<Json> Kustomize(const std::string& folder) {
  Objects objects = Build(folder);
  Names names;
  for (auto& object : objects.all) {
    const std::string id = Id(object);
    if (!objects.hashed.contains(id)) continue;
    names[id] = object["metadata"]["name"].get<std::string>() + NameSuffix(object);
    object["metadata"]["name"] = names[id];
  }
  for (auto& object : objects.all) {
    if (Json* pod = PodSpec(object)) RenameIn(*pod, names);
  }
  return std::move(objects.all);
}

}  // namespace host::kubernetes
