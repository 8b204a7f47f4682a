#include "host/supervisor/upstream.h"

#include <boost/test/unit_test.hpp>
#include <string>

BOOST_AUTO_TEST_CASE(each_function_has_its_own_host_or_socket) {
  const auto of = [](const std::string& text) {
    return host::UpstreamOf(host::ParseUpstream(text).value(), "thought_get");
  };
  BOOST_TEST(of("tcp://{name}:9000") == "thought_get:9000");
  BOOST_TEST(of("tcp://{dns_name}.shop.svc.cluster.local:9000") ==
             "thought-get.shop.svc.cluster.local:9000");
  BOOST_TEST(of("unix:///run/fnhost/{name}.sock") == "unix:/run/fnhost/thought_get.sock");
  BOOST_TEST(of("unix:///run/{name}/{name}") == "unix:/run/thought_get/thought_get");
}

BOOST_AUTO_TEST_CASE(what_leads_all_functions_to_one_place_or_nowhere_is_refused) {
  for (const char* bad :
       {"", "tcp://", "tcp://one:9000", "{name}:9000", "tcp://{name}", "tcp://{name}:0",
        "tcp://{name}:65536", "tcp://{name}:9000/", "tcp://{name}:90x", "tcp://a {name}:9000",
        "tcp://{name};:9000", "unix://{name}.sock", "unix:///run/$x/{name}.sock",
        "unix:///run/{other}.sock", "http://{name}:9000", "tcp://{Name}:9000"}) {
    BOOST_TEST(!host::ParseUpstream(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(shares_of_canaries_are_read_and_nonsense_is_refused) {
  const host::Canaries expected = {{"cart", 5}, {"log_in", 10}};
  BOOST_TEST((host::ParseCanaries("log_in=10,cart=5").value() == expected));
  BOOST_TEST(host::ParseCanaries("").value().empty());
  for (const char* bad : {"login", "login=", "=5", "login=0", "login=100", "login=5%", "login=5,",
                          ",login=5", "login=5,login=6", "login=5;cart=6"}) {
    BOOST_TEST(!host::ParseCanaries(bad).has_value(), bad);
  }
}
