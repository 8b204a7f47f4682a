// A new configuration brought to a real NGINX, while it serves.

#include "host/routing/nginx_site.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <thread>

#include "host/nginx_config/nginx_config.h"
#include "host/nginx_config/site_test_support.h"

namespace {

namespace fs = std::filesystem;
using host::Manifest;
using host::NginxSite;
using host::testing::EchoFunction;
using host::testing::MakeManifest;
using host::testing::Site;
using Manifests = std::vector<Manifest>;
using Outcome = std::optional<std::string>;

Manifest Get(const std::string& name) { return MakeManifest(name, {"GET"}, "/" + name); }

std::string Read(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// NGINX with the function /one, and what is to bring it new ones: in a loop of its own thread.
struct Running {
  Site site{{Get("one")}, ""};
  EchoFunction one{site.SocketOf("one")}, two{site.SocketOf("two")};
  const bool started = site.Get("/one").status == 200;  // now it has workers
  const std::string prefix = site.config().nginx.prefix;
  const std::string file = prefix + "/nginx.conf";
  host::EventLoop loop;
  std::function<std::string(const Manifests&)> render = [this](const Manifests& manifests) {
    return host::RenderNginx(site.config(), manifests);
  };
  NginxSite nginx{loop,
                  {.prefix = prefix,
                   .render = [this](const Manifests& manifests) { return render(manifests); },
                   .debounce = std::chrono::milliseconds(20),
                   .take_over = std::chrono::milliseconds(3000)}};

  std::thread thread{[this] { loop.Run(); }};

  ~Running() {
    loop.Post([this] { loop.Quit(); });
    thread.join();
  }
  std::future<std::string> Start(const Manifests& manifests) {
    const auto outcome = std::make_shared<std::promise<std::string>>();
    loop.Post([this, manifests, outcome] {
      nginx.Apply(manifests,
                  [outcome](const Outcome& why) { outcome->set_value(why.value_or("taken")); });
    });
    return outcome->get_future();
  }
  std::string Apply(const Manifests& manifests) { return Start(manifests).get(); }
  std::set<pid_t> Workers() const {
    const auto master = host::NginxMaster::Find(prefix + "/nginx.pid");
    BOOST_REQUIRE(master.has_value());
    return master->Workers();
  }
};

int Listen(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BOOST_REQUIRE(fd >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(listen(fd, 1) == 0);
  return fd;
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nginx_site)

BOOST_FIXTURE_TEST_CASE(a_new_route_is_there_when_it_is_said_to_be, Running) {
  const std::string before = Read(file);
  BOOST_TEST(site.Get("/two").status == 404);
  BOOST_TEST(Apply({Get("one"), Get("two")}) == "taken");
  BOOST_TEST(site.Get("/two").status == 200);
  BOOST_TEST(site.Get("/one").status == 200);
  BOOST_TEST(Read(file + ".old") == before);
  BOOST_TEST(Read(file) == host::RenderNginx(site.config(), {Get("one"), Get("two")}));
  BOOST_TEST(!fs::exists(file + ".new"));
  BOOST_TEST((fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write)));
  BOOST_TEST(nginx.reloads() == 1);
}

BOOST_FIXTURE_TEST_CASE(b2_a_bad_configuration_keeps_the_old_one_serving_and_says_why, Running) {
  const std::string before = Read(file);
  const auto workers = Workers();
  render = [](const Manifests&) { return "events {}\nnonsense on;\n"; };
  const std::string why = Apply({Get("two")});
  BOOST_TEST(why == "NGINX refuses the new configuration: unknown directive \"nonsense\" in " +
                        file + ".new:2");
  render = [](const Manifests&) -> std::string { throw std::invalid_argument("no such path"); };
  BOOST_TEST(Apply({Get("two")}) == "no such path");
  BOOST_TEST(Read(file) == before);
  BOOST_TEST(!fs::exists(file + ".new"));
  BOOST_TEST(site.Get("/one").status == 200);
  BOOST_TEST((Workers() == workers));
  BOOST_TEST(nginx.reloads() == 0);
}

BOOST_FIXTURE_TEST_CASE(b2_what_nginx_refuses_only_when_it_is_told_is_undone_too, Running) {
  const std::string before = Read(file);
  auto config = site.config();
  config.nginx.public_port = host::testing::FreePorts(1)[0];
  const host::Fd taken(Listen(config.nginx.public_port));
  render = [&](const Manifests& manifests) { return host::RenderNginx(config, manifests); };
  const std::string why = Apply({Get("one"), Get("two")});  // nginx -t has no objection
  BOOST_TEST(Holds(why, "NGINX did not take the new configuration in 3000 ms: "), why);
  BOOST_TEST(Holds(why, "still could not bind()"), why);
  BOOST_TEST(Read(file) == before);
  BOOST_TEST(!fs::exists(file + ".new"));
  BOOST_TEST(site.Get("/one").status == 200);
  render = [&](const Manifests& manifests) { return host::RenderNginx(site.config(), manifests); };
  BOOST_TEST(Apply({Get("one"), Get("two")}) == "taken");
  BOOST_TEST(site.Get("/two").status == 200);
}

BOOST_FIXTURE_TEST_CASE(b2_twenty_five_changes_at_once_are_one_reload, Running) {
  std::vector<std::future<std::string>> outcomes;
  for (int i = 0; i < 24; ++i) outcomes.push_back(Start({Get("other_" + std::to_string(i))}));
  outcomes.push_back(Start({Get("one"), Get("two")}));
  for (auto& outcome : outcomes) BOOST_TEST(outcome.get() == "taken");
  BOOST_TEST(nginx.reloads() == 1);
  BOOST_TEST(site.Get("/two").status == 200);
  BOOST_TEST(site.Get("/other_3").status == 404);
}

BOOST_FIXTURE_TEST_CASE(what_comes_during_a_change_is_the_next_one, Running) {
  std::promise<void> begun;
  std::promise<void> asked;
  int rendered = 0;
  render = [&](const Manifests& manifests) {
    if (++rendered == 1) {
      begun.set_value();
      asked.get_future().wait();
    }
    return host::RenderNginx(site.config(), manifests);
  };
  auto first = Start({Get("two")});
  begun.get_future().wait();
  auto second = Start({Get("one"), Get("two")});
  asked.set_value();
  BOOST_TEST(first.get() == "taken");
  BOOST_TEST(second.get() == "taken");
  BOOST_TEST(nginx.reloads() == 2);
  BOOST_TEST(site.Get("/one").status == 200);
}

BOOST_FIXTURE_TEST_CASE(the_same_text_is_not_applied_again_unless_it_never_was, Running) {
  const auto workers = Workers();
  BOOST_TEST(Apply({Get("one")}) == "taken");
  BOOST_TEST(nginx.reloads() == 0);
  BOOST_TEST((Workers() == workers));
  std::ofstream(file + ".new") << "left by a host that died between file and signal";
  BOOST_TEST(Apply({Get("one")}) == "taken");
  BOOST_TEST(nginx.reloads() == 1);
  BOOST_TEST((Workers() != workers));
  BOOST_TEST(!fs::exists(file + ".new"));
}

BOOST_FIXTURE_TEST_CASE(without_a_running_nginx_the_file_is_checked_and_written, Running) {
  site.Stop();
  BOOST_TEST(Apply({Get("one"), Get("two")}) == "taken");
  BOOST_TEST(Holds(Read(file), "location = /two {"));
  render = [](const Manifests&) { return "nonsense;\n"; };
  BOOST_TEST(Holds(Apply({}), "unknown directive"));
  BOOST_TEST(Holds(Read(file), "location = /two {"));
  BOOST_TEST(nginx.reloads() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_pid_file_that_names_another_process_harms_nobody, Running) {
  site.Stop();
  // SIGHUP would end this test.
  for (const auto& pid : std::vector<std::string>{std::to_string(getpid()), "1", "x"}) {
    std::ofstream(prefix + "/nginx.pid") << pid << "\n";
    BOOST_TEST(!host::NginxMaster::Find(prefix + "/nginx.pid").has_value());
    BOOST_TEST(Apply({Get("n" + pid.substr(0, 1))}) == "taken");
  }
  BOOST_TEST(nginx.reloads() == 0);
}

BOOST_AUTO_TEST_CASE(a_prefix_that_cannot_be_written_is_named) {
  host::EventLoop loop;
  NginxSite nginx(loop,
                  {.prefix = "/nowhere", .render = [](const Manifests&) { return "events {}"; }});
  std::string why;
  nginx.Apply({}, [&](const Outcome& outcome) {
    why = outcome.value_or("taken");
    loop.Quit();
  });
  loop.Run();
  BOOST_TEST(why == "/nowhere/nginx.conf.new: cannot write: No such file or directory");
}

BOOST_FIXTURE_TEST_CASE(a_reload_under_load_fails_no_new_connection, Running) {
  std::atomic<bool> stop = false;
  std::atomic<long> answered = 0, failed = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([&] {
      while (!stop) {
        try {
          ++(site.Get("/one").status == 200 ? answered : failed);
        } catch (const std::exception&) {
          ++failed;
        }
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(Apply({Get("one"), Get("other_" + std::to_string(i))}) == "taken");
  }
  stop = true;
  for (auto& client : clients) client.join();
  BOOST_TEST_MESSAGE("10 reloads, " << answered << " answered, " << failed << " failed");
  BOOST_TEST(nginx.reloads() == 10);
  BOOST_TEST(failed == 0);
  BOOST_TEST(answered > 100);
}

BOOST_AUTO_TEST_SUITE_END()
