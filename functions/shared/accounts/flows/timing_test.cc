// D7: whether the time of an answer tells which names there are. D7_LOG_INS says how many of each
// (40).

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "functions/shared/accounts/flows/flows.h"
#include "functions/shared/accounts/password_hash.h"

using accounts::flows::Site;

namespace {

// How likely one of `left` takes longer than one of `right`: 0.5 when nothing can be told.
double AreaUnderCurve(const std::vector<double>& left, const std::vector<double>& right) {
  double longer = 0;
  for (const double one : left) {
    for (const double other : right) longer += one > other ? 1 : one == other ? 0.5 : 0;
  }
  return longer / static_cast<double>(left.size() * right.size());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(timing, Site)

BOOST_AUTO_TEST_CASE(d7_unknown_names_and_wrong_passwords_cannot_be_told_by_time) {
  const char* wanted = std::getenv("D7_LOG_INS");
  const int count = wanted == nullptr ? 40 : std::atoi(wanted);
  const std::string hash = accounts::HashPassword("demo-password");
  for (int i = 0; i < count; ++i) {
    accounts::testing::AddUser("known" + std::to_string(i), hash);
  }
  const auto milliseconds = [&](const std::string& name, int turn) {
    const std::string address = std::string("10.") + (name.starts_with("known") ? "1" : "2") + "." +
                                std::to_string(turn / 250) + "." + std::to_string(turn % 250);
    const auto start = std::chrono::steady_clock::now();
    const auto answer = Login(
        {.body = "username=" + name + "&password=not-this-one", .id = "same", .address = address});
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    BOOST_TEST(answer.status() == 401);
    return took.count();
  };
  std::vector<double> known;
  std::vector<double> unknown;
  milliseconds("known0", 1000);  // what the first request alone does
  for (int i = 0; i < count; ++i) {
    // By turns, and each first as often: the machine's moods hit both.
    const std::string name = std::to_string(i);
    if (i % 2 == 0) known.push_back(milliseconds("known" + name, i));
    unknown.push_back(milliseconds("unknown" + name, i));
    if (i % 2 != 0) known.push_back(milliseconds("known" + name, i));
  }
  const double area = AreaUnderCurve(known, unknown);
  std::ranges::nth_element(known, known.begin() + count / 2);
  std::ranges::nth_element(unknown, unknown.begin() + count / 2);
  BOOST_TEST_MESSAGE(count << " of each: median " << known[static_cast<size_t>(count) / 2]
                           << " ms known, " << unknown[static_cast<size_t>(count) / 2]
                           << " ms unknown, AUC " << area);
  // Of 40 by chance alone, one in 200 lies further from 0.5 than 0.18; of 500, than 0.05.
  const double most = count >= 500 ? 0.05 : 0.25;
  BOOST_TEST(area > 0.5 - most);
  BOOST_TEST(area < 0.5 + most);
}

BOOST_AUTO_TEST_SUITE_END()
