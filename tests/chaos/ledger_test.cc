#include "tests/chaos/ledger.h"

#include <boost/test/unit_test.hpp>

using Texts = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(a_ledger_that_agrees_with_the_database_is_right) {
  chaos::Ledger ledger("m");
  const auto first = ledger.Next();
  const auto second = ledger.Next();
  ledger.Acknowledged(first);
  const auto verdict = ledger.Check({second, first});
  BOOST_TEST(verdict.right());
  BOOST_TEST(verdict.acknowledged == 1);
  BOOST_TEST(verdict.stored == 2);
  BOOST_TEST(verdict.unacknowledged == 1);
}

BOOST_AUTO_TEST_CASE(c2_an_acknowledged_write_that_is_not_there_is_lost) {
  chaos::Ledger ledger("m");
  const auto first = ledger.Next();
  ledger.Next();
  ledger.Acknowledged(first);
  const auto verdict = ledger.Check({});
  BOOST_TEST(!verdict.right());
  BOOST_TEST(verdict.lost == Texts{first}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(c2_a_write_that_is_there_twice_is_doubled_acknowledged_or_not) {
  chaos::Ledger ledger("m");
  const auto first = ledger.Next();
  const auto second = ledger.Next();
  ledger.Acknowledged(first);
  const auto verdict = ledger.Check({first, second, first, second});
  BOOST_TEST(verdict.doubled == (Texts{first, second}), boost::test_tools::per_element());
  BOOST_TEST(!verdict.right());
}

BOOST_AUTO_TEST_CASE(a_text_that_nobody_sent_is_a_stranger) {
  chaos::Ledger ledger("m");
  const auto verdict = ledger.Check({"m.1"});
  BOOST_TEST(verdict.strangers == Texts{"m.1"}, boost::test_tools::per_element());
  BOOST_TEST(!verdict.right());
}
