#include "host/wire/fastcgi_check.h"

#include <boost/test/unit_test.hpp>
#include <string>

using host::wire::CheckFastcgi;
using host::wire::Verdict;
using namespace std::string_literals;

namespace {

std::string Record(int type, int id, const std::string& content, int padding = 0) {
  std::string out = {1,
                     static_cast<char>(type),
                     static_cast<char>(id >> 8),
                     static_cast<char>(id),
                     static_cast<char>(content.size() >> 8),
                     static_cast<char>(content.size()),
                     static_cast<char>(padding),
                     0};
  return out + content + std::string(padding, 'p');
}

std::string Begin(int id = 1, int role = 1) {
  return Record(1, id, ""s + '\0' + static_cast<char>(role) + "\1"s + std::string(5, '\0'));
}

std::string Pair(const std::string& name, const std::string& value) {
  const auto length = [](size_t n) {
    if (n < 128) return std::string(1, static_cast<char>(n));
    return ""s + static_cast<char>(0x80 | n >> 24) + static_cast<char>(n >> 16) +
           static_cast<char>(n >> 8) + static_cast<char>(n);
  };
  return length(name.size()) + length(value.size()) + name + value;
}

std::string Whole(const std::string& pairs, const std::string& body = "") {
  return Begin() + Record(4, 1, pairs, 3) + Record(4, 1, "") +
         (body.empty() ? "" : Record(5, 1, body)) + Record(5, 1, "");
}

Verdict Of(const std::string& bytes) { return CheckFastcgi(bytes).verdict; }

}  // namespace

BOOST_AUTO_TEST_CASE(a2_a_whole_request_is_ready_and_each_prefix_waits) {
  const std::string bytes =
      Whole(Pair("REQUEST_METHOD", "GET") + Pair("X", std::string(300, 'v')), "body");
  for (size_t size = 0; size < bytes.size(); ++size) {
    BOOST_TEST_CONTEXT("prefix of " << size)
    BOOST_TEST((Of(bytes.substr(0, size)) == Verdict::kMore));
  }
  BOOST_TEST((Of(bytes) == Verdict::kRequest));
  BOOST_TEST(!CheckFastcgi(bytes).trailing);
  BOOST_TEST(CheckFastcgi(bytes + Begin()).trailing);
}

BOOST_AUTO_TEST_CASE(a2_parameters_split_at_any_byte_are_read_across_records) {
  const std::string pairs = Pair("REQUEST_METHOD", "POST") + Pair("CONTENT_LENGTH", "");
  for (size_t cut = 1; cut < pairs.size(); ++cut) {
    const std::string bytes = Begin() + Record(4, 1, pairs.substr(0, cut)) +
                              Record(4, 1, pairs.substr(cut)) + Record(4, 1, "") + Record(5, 1, "");
    BOOST_TEST_CONTEXT("cut at " << cut) BOOST_TEST((Of(bytes) == Verdict::kRequest));
  }
}

BOOST_AUTO_TEST_CASE(what_libfcgi_must_not_see_is_refused) {
  BOOST_TEST((Of("GET / HTTP/1.1\r\n") == Verdict::kRefuse));
  BOOST_TEST((Of(Begin(1, 2)) == Verdict::kRefuse));                    // authorizer
  BOOST_TEST((Of(Record(4, 1, "")) == Verdict::kRefuse));               // no BEGIN_REQUEST
  BOOST_TEST((Of(Record(1, 1, "\0\1"s)) == Verdict::kRefuse));          // short BEGIN_REQUEST
  BOOST_TEST((Of(Begin() + Record(4, 2, "")) == Verdict::kRefuse));     // another request
  BOOST_TEST((Of(Begin() + Record(5, 1, "")) == Verdict::kRefuse));     // body before head
  BOOST_TEST((Of(Begin() + Record(4, 0, "")) == Verdict::kRefuse));     // management in between
  BOOST_TEST((Of(Begin() + Record(4, 1, "", 8)) == Verdict::kRefuse));  // padding nobody skips
  BOOST_TEST((Of(Begin() + Record(4, 1, "") + Record(5, 1, "", 1)) == Verdict::kRefuse));
  BOOST_TEST((Of(Whole(Pair("A=B", "c"))) == Verdict::kRefuse));
  BOOST_TEST((Of(Whole(Pair("A\0B"s, "c"))) == Verdict::kRefuse));
  BOOST_TEST((Of(Whole(Pair("A", "c\0d"s))) == Verdict::kRefuse));
  BOOST_TEST((Of(Whole(Pair("", "c"))) == Verdict::kRefuse));
  BOOST_TEST(
      (Of(Whole("\xFF\xFF\xFF\xFF\1A"s)) == Verdict::kRefuse));  // claims 2 GiB (CVE-2025-23016)
  BOOST_TEST((Of(Whole("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s)) == Verdict::kRefuse));
  BOOST_TEST((Of(Whole("\x05\x05"
                       "abc"s)) == Verdict::kRefuse));  // ends early
}

BOOST_AUTO_TEST_CASE(caps_on_parameters_hold) {
  std::string many;
  for (int i = 0; i < 257; ++i) many += Pair("N" + std::to_string(i), "");
  BOOST_TEST((Of(Whole(many)) == Verdict::kTooLarge));
  BOOST_TEST((Of(Whole(Pair("LONG", std::string(16 * 1024, 'x')))) == Verdict::kTooLarge));
  BOOST_TEST((Of(Whole(Pair("LONG", std::string(16 * 1024 - 4, 'x')))) == Verdict::kRequest));
  std::string big = Begin();
  for (int i = 0; i < 5; ++i) big += Record(4, 1, Pair("P", std::string(15000, 'x')));
  BOOST_TEST((Of(big) == Verdict::kTooLarge));
  std::string crumbs = Begin();
  while (crumbs.size() < host::wire::kPeekBytes) crumbs += Record(4, 1, "x", 255);
  BOOST_TEST((Of(crumbs.substr(0, host::wire::kPeekBytes)) == Verdict::kTooLarge));
}

BOOST_AUTO_TEST_CASE(a_large_body_is_read_while_it_comes) {
  const std::string head =
      Begin() + Record(4, 1, Pair("CONTENT_LENGTH", "100000")) + Record(4, 1, "");
  BOOST_TEST((Of(head + Record(5, 1, std::string(60000, 'b'))) == Verdict::kMore));
  BOOST_TEST((Of(head + Record(5, 1, std::string(65535, 'b'))) == Verdict::kRequest));
}

BOOST_AUTO_TEST_CASE(a6_management_records_and_aborts_are_told_apart) {
  const auto values = CheckFastcgi(Record(9, 0, Pair("FCGI_MPXS_CONNS", "")) + Begin());
  BOOST_TEST((values.verdict == Verdict::kManagement));
  BOOST_TEST(values.type == 9);
  BOOST_TEST(values.bytes == 8u + 17u);
  BOOST_TEST((Of(Record(9, 0, "abc").substr(0, 10)) == Verdict::kMore));
  const auto late = CheckFastcgi(Record(2, 1, ""));
  BOOST_TEST((late.verdict == Verdict::kAbort));
  BOOST_TEST(late.id == 0);
  const std::string given_up = Begin() + Record(4, 1, Pair("A", "b")) + Record(2, 1, "");
  const auto abort = CheckFastcgi(given_up + Begin());
  BOOST_TEST((abort.verdict == Verdict::kAbort));
  BOOST_TEST(abort.id == 1);
  BOOST_TEST(abort.bytes == given_up.size());
}
