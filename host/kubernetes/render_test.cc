#include "host/kubernetes/render.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "host/kubernetes/policy_test_support.h"

BOOST_AUTO_TEST_SUITE(render)

namespace {

namespace fs = std::filesystem;
using host::kubernetes::Differences;

std::map<std::string, std::string> Files(const std::vector<std::string>& names) {
  std::vector<host::Manifest> manifests(names.size());
  for (size_t i = 0; i < names.size(); ++i) manifests[i].name = names[i];
  return host::kubernetes::Render(
      manifests, *host::kubernetes::ParsePolicy(host::kubernetes::kPolicy, "policy.json"));
}

struct Folder {
  std::string path = (fs::temp_directory_path() / ("render-" + std::to_string(getpid()))).string();
  ~Folder() { fs::remove_all(path); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_function_has_a_file_and_the_list_names_it) {
  const auto files = Files({"cart", "orders_list"});
  BOOST_TEST(files.size() == 3u);
  BOOST_TEST(files.contains("orders-list.yaml"));
  BOOST_TEST(files.at("kustomization.yaml").find("- orders-list.yaml\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_canary_has_a_file_and_nginx_hears_of_its_share) {
  auto policy = *host::kubernetes::ParsePolicy(host::kubernetes::kPolicy, "policy.json");
  policy.canaries = {{"cart", {.version = "2", .percent = 10}}};
  std::vector<host::Manifest> manifests(1);
  manifests[0].name = "cart";
  const auto files = host::kubernetes::Render(manifests, policy);
  BOOST_TEST(files.contains("cart-canary.yaml"));
  BOOST_TEST(files.at("kustomization.yaml").find("\"FNHOST_CANARIES=cart=10\"") !=
             std::string::npos);
  policy.canaries = {{"card", {.version = "2", .percent = 10}}};
  BOOST_CHECK_THROW(host::kubernetes::Render(manifests, policy), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(what_was_written_differs_in_nothing) {
  Folder folder;
  host::kubernetes::Write(Files({"cart"}), folder.path);
  BOOST_TEST(Differences(Files({"cart"}), folder.path).empty());
}

BOOST_AUTO_TEST_CASE(a_stale_a_missing_and_a_forgotten_file_are_told) {
  Folder folder;
  host::kubernetes::Write(Files({"cart", "gone"}), folder.path);
  std::ofstream(folder.path + "/cart.yaml", std::ios::app) << "# edited\n";
  const auto differences = Differences(Files({"cart", "orders_list"}), folder.path);
  const std::vector<std::string> expected = {folder.path + "/cart.yaml: differs",
                                             folder.path + "/kustomization.yaml: differs",
                                             folder.path + "/orders-list.yaml: is missing",
                                             folder.path + "/gone.yaml: no function has this file"};
  BOOST_TEST(differences == expected, boost::test_tools::per_element());
  host::kubernetes::Write(Files({"cart", "orders_list"}), folder.path);
  BOOST_TEST(Differences(Files({"cart", "orders_list"}), folder.path).empty());
}

BOOST_AUTO_TEST_SUITE_END()
