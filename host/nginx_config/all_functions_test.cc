// `nginx -t` on the rendering of every function in functions/.

#include <boost/test/unit_test.hpp>

#include "host/nginx_config/nginx_config.h"
#include "host/nginx_config/site_test_support.h"

BOOST_AUTO_TEST_CASE(nginx_is_content_with_all_functions_of_this_repository) {
  namespace fs = std::filesystem;
  const fs::path static_dir = fs::canonical("nginx/static/robots.txt").parent_path();
  const fs::path functions = static_dir.parent_path().parent_path() / "functions";
  const auto manifests = host::ReadManifests(functions.string());
  if (!manifests) {
    for (const auto& error : manifests.error()) BOOST_TEST_MESSAGE(error);
    BOOST_FAIL(manifests.error().at(0));
  }
  BOOST_TEST(!manifests->empty());

  std::string name = "/tmp/nginx-all-XXXXXX";
  const fs::path folder = mkdtemp(name.data());
  auto config = host::testing::MakeConfig(folder, static_dir.string());
  BOOST_TEST(host::testing::CheckConfiguration(config, *manifests) == "");
  config.monolith.emplace().at = host::ParseMonolithUrl("http://127.0.0.1:9000").value();
  BOOST_TEST(host::testing::CheckConfiguration(config, *manifests) == "");
  fs::remove_all(folder);
}
