#include "host/wire/uwsgi_check.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "host/testing/uwsgi_client.h"

using host::testing::Pairs;
using host::testing::UwsgiPacket;
using host::testing::UwsgiPairsBytes;
using host::testing::UwsgiRequestBytes;
using host::wire::CheckUwsgi;
using host::wire::UwsgiPairs;
using host::wire::Verdict;
using namespace std::string_literals;

namespace {

Verdict Of(const std::string& bytes) { return CheckUwsgi(bytes).verdict; }

Pairs WithLength(const std::string& length) {
  return {{"REQUEST_METHOD", "POST"}, {"CONTENT_LENGTH", length}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a2_a_whole_uwsgi_request_is_ready_and_each_prefix_waits) {
  const std::string bytes =
      UwsgiRequestBytes({{"REQUEST_METHOD", "POST"}, {"X", std::string(300, 'v')}}, "body");
  for (size_t size = 0; size < bytes.size(); ++size) {
    BOOST_TEST_CONTEXT("prefix of " << size)
    BOOST_TEST((Of(bytes.substr(0, size)) == Verdict::kMore));
  }
  BOOST_TEST((Of(bytes) == Verdict::kRequest));
  BOOST_TEST(CheckUwsgi(bytes).head_bytes == bytes.size() - 4);
  BOOST_TEST((Of(bytes + "more") == Verdict::kRequest));
}

BOOST_AUTO_TEST_CASE(the_pairs_are_told_in_the_order_sent) {
  std::string bytes = UwsgiPacket(UwsgiPairsBytes(
      {{"REQUEST_METHOD", "GET"}, {"A", ""}, {"B", "c=d"}, {"A", std::string(300, 'v')}}));
  const auto pairs = UwsgiPairs(bytes);
  BOOST_TEST_REQUIRE(pairs.size() == 4u);
  BOOST_TEST(pairs[0] == "REQUEST_METHOD=GET");
  BOOST_TEST(pairs[1] == "A=");
  BOOST_TEST(pairs[2] == "B=c=d");
  BOOST_TEST(pairs[3] == "A=" + std::string(300, 'v'));
}

BOOST_AUTO_TEST_CASE(a_large_body_is_ready_when_enough_of_it_is_there) {
  const std::string head = UwsgiPacket(UwsgiPairsBytes(WithLength("1000000")));
  BOOST_TEST((Of(head + std::string(1000, 'b')) == Verdict::kMore));
  BOOST_TEST((Of(head + std::string(host::wire::kStreamAfterBytes, 'b')) == Verdict::kRequest));
}

BOOST_AUTO_TEST_CASE(a_length_that_is_none_waits_for_no_body) {
  for (const char* length : {"", "0", "-1", "x", "1x", "99999999999999999999"}) {
    BOOST_TEST((Of(UwsgiPacket(UwsgiPairsBytes(WithLength(length)))) == Verdict::kRequest), length);
  }
}

BOOST_AUTO_TEST_CASE(other_modifiers_are_refused_by_their_first_byte) {
  BOOST_TEST((Of("\1") == Verdict::kRefuse));
  BOOST_TEST((Of("GET / HTTP/1.1\r\n") == Verdict::kRefuse));
  BOOST_TEST((Of("\1\1\0\1\0\0\0\0"s) == Verdict::kRefuse));  // FastCGI
  BOOST_TEST((Of("\0\x10\0\1"s) == Verdict::kRefuse));
}

BOOST_AUTO_TEST_CASE(a6_packets_that_lie_about_their_size_are_refused_as_soon_as_they_do) {
  BOOST_TEST((Of("\0\1\0\0"s) == Verdict::kRefuse));  // no room for a pair
  BOOST_TEST((Of("\0\3\0\0"s) == Verdict::kRefuse));
  BOOST_TEST((Of("\0\6\0\0\3\0"s) == Verdict::kRefuse));  // the name is too long
  BOOST_TEST((Of("\0\6\0\0\xFF\xFF"s) == Verdict::kRefuse));
  BOOST_TEST((Of("\0\6\0\0\1\0N\2\0"s) == Verdict::kRefuse));  // the value is too long
  BOOST_TEST((Of("\0\6\0\0\1\0N\xFF\xFF"s) == Verdict::kRefuse));
  BOOST_TEST((Of(UwsgiPacket("\1\0N\1\0V\7"s)) == Verdict::kRefuse));  // a rest that is no pair
  // Size smaller than the pairs that follow: the last pair is cut.
  std::string cut = UwsgiPacket(UwsgiPairsBytes({{"AB", "CD"}, {"EF", "GH"}}));
  for (int size = 1; size < 16; ++size) {
    if (size == 8) continue;  // the first pair alone, and a body that nobody asked for
    cut[1] = static_cast<char>(size);
    BOOST_TEST((Of(cut) == Verdict::kRefuse), size);
  }
}

BOOST_AUTO_TEST_CASE(names_and_values_that_nobody_sends_in_good_faith_are_refused) {
  const Pairs bad[] = {{{"", "v"}}, {{"A=B", "c"}}, {{"A\0"s, "b"}}, {{"A", "b\0"s}}};
  for (const Pairs& pairs : bad) {
    BOOST_TEST((Of(UwsgiPacket(UwsgiPairsBytes(pairs))) == Verdict::kRefuse));
  }
}

BOOST_AUTO_TEST_CASE(well_formed_requests_over_the_caps_are_too_large) {
  Pairs many;
  for (size_t i = 0; i < host::wire::kMaxParameterPairs; ++i) many.emplace_back("N", "v");
  BOOST_TEST((Of(UwsgiPacket(UwsgiPairsBytes(many))) == Verdict::kRequest));
  many.emplace_back("N", "v");
  BOOST_TEST((Of(UwsgiPacket(UwsgiPairsBytes(many))) == Verdict::kTooLarge));
  const std::string value(host::wire::kMaxParameterPairBytes - 1, 'v');
  BOOST_TEST((Of(UwsgiPacket(UwsgiPairsBytes({{"N", value}}))) == Verdict::kRequest));
  BOOST_TEST((Of(UwsgiPacket(UwsgiPairsBytes({{"N", value + "v"}}))) == Verdict::kTooLarge));
}

BOOST_AUTO_TEST_CASE(the_largest_packet_there_can_be_is_read) {
  const Pairs pairs(4, {"N", std::string(16378, 'v')});
  const std::string bytes = UwsgiPairsBytes(pairs);
  BOOST_TEST(bytes.size() == 65532u);
  BOOST_TEST((Of(UwsgiPacket(bytes)) == Verdict::kRequest));
  std::string full = UwsgiPacket(UwsgiPairsBytes({{"N", std::string(65530, 'v')}}));
  BOOST_TEST((Of(full) == Verdict::kTooLarge));
  full.pop_back();
  BOOST_TEST((Of(full) == Verdict::kMore));
}
