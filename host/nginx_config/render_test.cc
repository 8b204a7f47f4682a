// The rendered text, and what `nginx -t` says of it.

#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "host/nginx_config/nginx_config.h"
#include "host/nginx_config/site_test_support.h"
#include "host/nginx_config/template.h"

BOOST_AUTO_TEST_SUITE(rendering)

namespace {

namespace fs = std::filesystem;
using host::testing::MakeManifest;

struct Folder {
  Folder() {
    std::string name = "/tmp/nginx-render-XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_value_alone_on_its_line_is_indented_and_nothing_leaves_no_line) {
  BOOST_TEST(host::FillText("a {\n  {{x}}\n  {{y}}\n}\n", {{"x", "1\n2\n"}, {"y", ""}}) ==
             "a {\n  1\n  2\n}\n");
  BOOST_TEST(host::FillText("{{a}}-{{b}}", {{"a", "1"}, {"b", "2"}}) == "1-2\n");
  BOOST_CHECK_THROW(host::FillText("{{z}}", {}), std::logic_error);
  BOOST_CHECK_THROW(host::Fill("nothing", {}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(only_functions_that_store_the_request_key_are_sent_a_write_twice) {
  auto safe = MakeManifest("safe", {"POST"}, "/safe");
  safe.repeat_safe = true;
  const auto with = host::RenderNginx({}, {safe});
  const auto without = host::RenderNginx({}, {MakeManifest("other", {"POST"}, "/other")});
  BOOST_TEST(Holds(with, "fastcgi_next_upstream error invalid_header non_idempotent;"));
  BOOST_TEST(!Holds(without, "non_idempotent"));
}

BOOST_AUTO_TEST_CASE(there_is_a_try_for_each_kept_connection_that_died_and_one_for_a_new_one) {
  const auto text = host::RenderNginx({}, {MakeManifest("one", {"GET"}, "/one")});
  size_t tries = 0;
  for (size_t at = 0; (at = text.find("/one.sock\" max_fails=0;", at)) != std::string::npos; ++at) {
    ++tries;
  }
  const auto kept = text.find("keepalive ", text.find("upstream function_one"));
  BOOST_REQUIRE(kept != std::string::npos);
  BOOST_TEST(tries > std::stoul(text.substr(kept + 10)));
  BOOST_TEST(Holds(text, "fastcgi_next_upstream_timeout "));
}

BOOST_AUTO_TEST_CASE(no_connection_is_kept_to_a_program_without_the_sdk) {
  auto foreign = MakeManifest("one", {"GET"}, "/one");
  foreign.sdk = false;
  BOOST_TEST(Holds(host::RenderNginx({}, {MakeManifest("one", {"GET"}, "/one")}), "keepalive 64;"));
  BOOST_TEST(!Holds(host::RenderNginx({}, {foreign}), "keepalive 64;"));
}

BOOST_AUTO_TEST_CASE(functions_that_run_elsewhere_are_found_by_their_names) {
  host::HostConfig config;
  config.run_dir = "/s/run";
  config.nginx.upstream = "{dns_name}.functions:9000";
  config.nginx.listen = "0.0.0.0";
  config.nginx.stdio = true;
  auto text = host::RenderNginx(config, {MakeManifest("my_notes", {"GET"}, "/notes")});
  BOOST_TEST(Holds(text, "server \"my-notes.functions:9000\" max_fails=0;"));
  BOOST_TEST(Holds(text, "listen 0.0.0.0:8080 "));
  BOOST_TEST(Holds(text, "error_log stderr "));
  BOOST_TEST(Holds(text, "access_log /dev/stdout json;"));
  // Its own supervisor has the numbers of each; there is none beside this NGINX.
  for (const char* part : {"/s/run", "= /metrics", "= /readyz", "/access.log"}) {
    BOOST_TEST(!Holds(text, part), part);
  }
  config.nginx.listen = "::";
  config.nginx.upstream = "unix:/sockets/{name}.sock";
  text = host::RenderNginx(config, {MakeManifest("my_notes", {"GET"}, "/notes")});
  BOOST_TEST(Holds(text, "server \"unix:/sockets/my_notes.sock\" max_fails=0;"));
  BOOST_TEST(Holds(text, "listen [::]:8080 "));
}

BOOST_AUTO_TEST_CASE(a_second_version_gets_its_share_of_the_requests) {
  host::HostConfig config;
  config.nginx.upstream = "{dns_name}:9000";
  config.nginx.canaries = {{"my_notes", 10}};
  const auto text = host::RenderNginx(
      config, {MakeManifest("my_notes", {"GET"}, "/notes"), MakeManifest("other", {"GET"}, "/o")});
  BOOST_TEST(Holds(text, "server \"my-notes:9000\" max_fails=0 weight=90;"));
  BOOST_TEST(Holds(text, "server \"my-notes-canary:9000\" max_fails=0 weight=10;"));
  BOOST_TEST(Holds(text, "server \"other:9000\" max_fails=0;"));
}

// Pods that came later would get nothing otherwise.
BOOST_AUTO_TEST_CASE(connections_to_an_address_of_many_do_not_grow_old) {
  host::HostConfig config;
  const auto manifests = std::vector{MakeManifest("one", {"GET"}, "/one")};
  BOOST_TEST(Holds(host::RenderNginx(config, manifests), "keepalive_time 1h;"));
  config.nginx.upstream = "{name}:9000";
  BOOST_TEST(Holds(host::RenderNginx(config, manifests), "keepalive_time 10s;"));
}

BOOST_AUTO_TEST_CASE(nginx_answers_on_another_address_and_passes_on_to_a_host_and_port) {
  Folder folder;
  auto config = host::testing::MakeConfig(folder.path, folder.path);
  config.nginx.listen = "0.0.0.0";
  config.nginx.stdio = true;
  config.nginx.upstream = "127.0.0.1:9000";
  BOOST_TEST(host::testing::CheckConfiguration(config, {MakeManifest("p", {"PUT"}, "/p")}) == "");
  config.nginx.upstream = "{name}.invalid:9000";
  BOOST_TEST(Holds(host::testing::CheckConfiguration(config, {MakeManifest("p", {"PUT"}, "/p")}),
                   "host not found in upstream"));
}

BOOST_AUTO_TEST_CASE(nginx_is_content_without_functions_and_with_every_kind) {
  Folder folder;
  auto config = host::testing::MakeConfig(folder.path, folder.path);
  BOOST_TEST(host::testing::CheckConfiguration(config, {}) == "");
  auto uwsgi = MakeManifest("older", {"GET", "DELETE"}, "/older/{id:int}/and/{name}");
  uwsgi.protocol = host::Protocol::kUwsgi;
  uwsgi.limits.rate = {"ip", 5, 0};
  config.nginx.workers = 2;
  BOOST_TEST(host::testing::CheckConfiguration(
                 config, {uwsgi, MakeManifest("p", {"PUT"}, "/older/{id:int}/and/{n}")}) == "");
}

BOOST_AUTO_TEST_CASE(nothing_of_switching_is_rendered_without_a_monolith) {
  host::HostConfig config;
  config.state_dir = "/s/state";
  const auto text = host::RenderNginx(config, {MakeManifest("one", {"GET", "POST"}, "/one")});
  for (const char* part : {"split_clients", "(!-f", "418", "mirror", "monolith", "/s/state"}) {
    BOOST_TEST(!Holds(text, part), part);
  }
}

BOOST_AUTO_TEST_CASE(nginx_is_content_with_a_monolith_of_every_kind) {
  Folder folder;
  auto config = host::testing::MakeConfig(folder.path / "with space", folder.path);
  auto uwsgi = MakeManifest("older", {"GET", "DELETE"}, "/older/{id:int}/and/{name}");
  uwsgi.protocol = host::Protocol::kUwsgi;
  const std::vector<host::Manifest> manifests = {uwsgi, MakeManifest("home", {"GET"}, "/"),
                                                 MakeManifest("one", {"POST"}, "/one"),
                                                 MakeManifest("two", {"GET", "PUT"}, "/one")};
  for (const char* url : {"http://127.0.0.1:9000", "http://[::1]:9000", "http:///s/x.sock",
                          "uwsgi:///s/x.sock", "fastcgi://127.0.0.1:9000"}) {
    config.monolith.emplace().at = host::ParseMonolithUrl(url).value();
    BOOST_TEST(host::testing::CheckConfiguration(config, manifests) == "");
    BOOST_TEST(host::testing::CheckConfiguration(config, {}) == "");
  }
}

BOOST_AUTO_TEST_CASE(the_monoliths_parameters_come_in_place_of_ours) {
  host::HostConfig config;
  config.state_dir = "/s/state";
  config.monolith.emplace().at = host::ParseMonolithUrl("fastcgi:///run/php.sock").value();
  config.monolith->params = {{"SCRIPT_FILENAME", "/srv/old/index.php"},
                             {"SCRIPT_NAME", "/index.php"}};
  const auto text = host::RenderNginx(config, {});
  BOOST_TEST(Holds(text, "fastcgi_param SCRIPT_FILENAME \"/srv/old/index.php\";"));
  BOOST_TEST(Holds(text, "fastcgi_param SCRIPT_NAME \"/index.php\";"));
  BOOST_TEST(!Holds(text, "fastcgi_param SCRIPT_NAME \"\";"));
  BOOST_TEST(Holds(text, "fastcgi_param PATH_INFO $route_path;"));
}

BOOST_AUTO_TEST_CASE(paths_may_hold_spaces_but_nothing_that_nginx_reads) {
  Folder folder;
  auto config = host::testing::MakeConfig(folder.path / "with space", "");
  BOOST_TEST(host::testing::CheckConfiguration(config, {MakeManifest("a", {"GET"}, "/a")}) == "");
  config.state_dir = "/tmp/$x";
  BOOST_CHECK_THROW(host::RenderNginx(config, {}), std::invalid_argument);
  config.state_dir = "";
  config.nginx.prefix = "/tmp/$x";
  BOOST_CHECK_THROW(host::RenderNginx(config, {}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
