#include "host/cli/table.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_CASE(durations_have_two_units_at_most) {
  BOOST_TEST(host::Duration(12.9) == "12 s");
  BOOST_TEST(host::Duration(200) == "3 m 20 s");
  BOOST_TEST(host::Duration(18'120) == "5 h 2 m");
  BOOST_TEST(host::Duration(781'200) == "9 d 1 h");
}

BOOST_AUTO_TEST_CASE(the_table_shows_what_runs_and_what_does_not) {
  host::HostStatus status{.version = "1.0",
                          .revision = "abc",
                          .state = "running",
                          .pid = 7,
                          .uptime_s = 60,
                          .leftovers = 0,
                          .functions = {}};
  host::FunctionStatus good;
  good.name = "login";
  good.mode = "static";
  good.wanted = good.ready = 2;
  good.workers = {{11, "ready", 5}, {12, "ready", 60}};
  host::FunctionStatus bad;
  bad.name = "x";
  bad.mode = "static";
  bad.wanted = 1;
  bad.restarts = 3;
  bad.failures = 3;
  bad.next_start_s = 0.4;
  bad.last_exit = "exit 3";
  status.functions = {good, bad};
  BOOST_TEST(
      host::StatusTable(status) ==
      "fnhost 1.0 running, process 7, up 1 m 0 s\n"
      "FUNCTION  MODE    READY  STATE              RESTARTS  UPTIME   PIDS   LAST EXIT\n"
      "login     static  2/2    ready              0         1 m 0 s  11 12  -\n"
      "x         static  0/1    backing off 0.4 s  3         -        -      exit 3, 0 s ago\n");
}
