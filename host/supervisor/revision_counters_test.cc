#include "host/supervisor/revision_counters.h"

#include <boost/test/unit_test.hpp>

namespace {

host::Counters Answered(int64_t count) {
  host::Counters counters;
  counters.answers[{"GET", 200}] = count;
  return counters;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_thousand_deploys_keep_the_sum_and_two_revisions) {
  host::CountersByRevision counters;
  std::string before;
  for (int deploy = 0; deploy < 1000; ++deploy) {
    const std::string revision = "r" + std::to_string(deploy);
    counters[revision] += Answered(3);
    host::FoldOlder(counters, {before, revision});
    BOOST_REQUIRE(counters.size() <= 3u);
    before = revision;
  }
  BOOST_TEST(counters["r999"].requests() == 3);
  BOOST_TEST(counters["r998"].requests() == 3);
  BOOST_TEST(counters[host::kOlderRevisions].requests() == 3 * 998);
  BOOST_TEST(host::Sum(counters).requests() == 3000);
}

BOOST_AUTO_TEST_CASE(with_nothing_to_fold_no_older_revisions_appear) {
  host::CountersByRevision counters{{"a", Answered(1)}};
  host::FoldOlder(counters, {"a"});
  BOOST_TEST(counters.size() == 1u);
}
