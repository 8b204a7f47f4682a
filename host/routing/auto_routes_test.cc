#include "host/routing/auto_routes.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>

namespace {

using host::AutoLimits;
using host::AutoRoutes;
using host::ParseTarget;
using host::RouteTable;
using std::chrono::milliseconds;

constexpr AutoLimits kLimits{.away_after = milliseconds(300), .back_after = milliseconds(5000)};

// Looks at `able` from time `from` to `to`, every 100 ms; what it said last.
bool Look(host::Steady& steady, bool able, int from, int to) {
  bool said = false;
  for (int ms = from; ms <= to; ms += 100) {
    said = steady.Look(able, host::SteadyTime(milliseconds(ms)));
  }
  return said;
}

}  // namespace

BOOST_AUTO_TEST_CASE(b3_a_worker_that_is_replaced_at_once_moves_no_route) {
  host::Steady steady(kLimits, true);
  BOOST_TEST(Look(steady, true, 0, 1000));
  BOOST_TEST(Look(steady, false, 1100, 1200));
  BOOST_TEST(Look(steady, true, 1300, 1400));
  BOOST_TEST(Look(steady, false, 1500, 1600));
}

BOOST_AUTO_TEST_CASE(b3_a_function_that_cannot_serve_loses_its_route_until_it_is_steady) {
  host::Steady steady(kLimits, true);
  BOOST_TEST(Look(steady, true, 0, 1000));
  BOOST_TEST(!Look(steady, false, 1100, 1300));
  BOOST_TEST(!Look(steady, true, 1400, 6200));   // 4.9 s
  BOOST_TEST(!Look(steady, false, 6300, 6300));  // a break: the time begins anew
  BOOST_TEST(!Look(steady, true, 6400, 11200));
  BOOST_TEST(Look(steady, true, 11300, 11300));
}

BOOST_AUTO_TEST_CASE(the_first_look_decides_nothing) {
  host::Steady steady(kLimits, true);
  BOOST_TEST(Look(steady, false, 100'000, 100'000));
  host::Steady away(kLimits, false);
  BOOST_TEST(!Look(away, true, 100'000, 100'000));
}

BOOST_AUTO_TEST_CASE(the_routes_that_are_auto_follow_their_functions) {
  std::string name = "/tmp/auto-routes-XXXXXX";
  const std::filesystem::path folder = mkdtemp(name.data());
  auto table = RouteTable::Open({folder / "routes", ParseTarget("function").value(), ""}).value();
  BOOST_REQUIRE(table.SetNames({"a", "b"}).has_value());
  BOOST_REQUIRE(table.Set("a", ParseTarget("auto").value()).has_value());

  host::EventLoop loop;
  const host::Log log("", "", -1);
  std::string asked;
  bool able = false;
  bool was_away = false;
  AutoRoutes routes(loop, table, log,
                    [&](const std::string& function) {
                      asked += function;
                      if (!able && !std::filesystem::exists(folder / "routes/a/0")) {
                        was_away = true;
                        able = true;
                      } else if (able && std::filesystem::exists(folder / "routes/a/0")) {
                        loop.Quit();
                      }
                      return able;
                    },
                    {.away_after = milliseconds(1), .back_after = milliseconds(1)});
  BOOST_TEST(asked == "");
  routes.Changed();
  const auto limit = loop.At(std::chrono::steady_clock::now() + std::chrono::seconds(20), [&] {
    BOOST_ERROR("the route did not move");
    loop.Quit();
  });
  loop.Run();
  loop.Cancel(limit);
  BOOST_TEST(was_away);
  BOOST_TEST(table.Find("a")->can_serve);
  BOOST_TEST(asked.find('b') == std::string::npos);
  std::filesystem::remove_all(folder);
}
