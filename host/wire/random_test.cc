// Both checks under random and mutated bytes, the same in every run: nothing but a verdict comes of
// them, and one that a reader may rely on.

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "host/testing/fastcgi_client.h"
#include "host/testing/uwsgi_client.h"
#include "host/wire/fastcgi_check.h"
#include "host/wire/parameters.h"
#include "host/wire/uwsgi_check.h"

using namespace host::testing;
using namespace host::wire;

namespace {

constexpr int kRounds = 40000;

const Pairs kPairs = {{"REQUEST_METHOD", "POST"}, {"DOCUMENT_URI", "/x/77"},
                      {"QUERY_STRING", ""},       {"REQUEST_ID", "r1"},
                      {"HTTP_ACCEPT", "a"},       {"HTTP_X_LONG", std::string(400, 'v')}};

// Leads with `start`, so that bytes come further than the first check.
std::string RandomBytes(std::mt19937& random, const std::string& start) {
  std::string bytes = start.substr(0, random() % (start.size() + 1));
  for (size_t size = bytes.size() + random() % 200; bytes.size() < size;) {
    // Small numbers are lengths that fit: they come as often as all others together.
    bytes += static_cast<char>(random() % 2 == 0 ? random() % 8 : random());
  }
  return bytes;
}

std::string Mutated(std::mt19937& random, std::string bytes) {
  for (unsigned changes = 1 + random() % 4; changes > 0 && !bytes.empty(); --changes) {
    const size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, 1 + random() % 8);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 32));
        break;
      default:
        bytes.resize(at);
    }
  }
  return bytes;
}

void ExpectSoundFastcgi(const std::string& bytes) {
  const Check check = CheckFastcgi(bytes);
  if (check.bytes > bytes.size()) BOOST_ERROR("more is to be taken off than is there");
  if (check.verdict == Verdict::kMore && bytes.size() >= kPeekBytes) BOOST_ERROR("waits for ever");
}

// The count of requests that were found.
int ExpectSoundUwsgi(std::string bytes) {
  const UwsgiCheck check = CheckUwsgi(bytes);
  if (check.head_bytes > bytes.size()) BOOST_ERROR("the head is longer than what is there");
  if (check.verdict == Verdict::kManagement || check.verdict == Verdict::kAbort)
    BOOST_ERROR("a verdict of FastCGI");
  if (check.verdict != Verdict::kRequest) return 0;
  bytes.resize(check.head_bytes);  // a read beyond it is seen by the address sanitizer
  const auto pairs = UwsgiPairs(bytes);
  if (pairs.size() > kMaxParameterPairs) BOOST_ERROR("too many parameters");
  for (const std::string_view pair : pairs) {
    if (pair.find('=') == pair.npos || pair.starts_with('=') || pair.find('\0') != pair.npos)
      BOOST_ERROR("a pair that the check should have refused");
  }
  [[maybe_unused]] const auto head = ReadHead(pairs);
  return 1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_bytes_get_a_verdict) {
  std::mt19937 random(1);
  for (int i = 0; i < kRounds; ++i) {
    ExpectSoundFastcgi(RandomBytes(random, Begin() + Record(4, 1, "")));
    ExpectSoundUwsgi(RandomBytes(random, UwsgiPacket(std::string(20, '\1'))));
  }
}

BOOST_AUTO_TEST_CASE(mutated_requests_get_a_verdict_and_sound_pairs) {
  std::mt19937 random(2);
  const std::string fastcgi = RequestBytes(kPairs, "body");
  const std::string uwsgi = UwsgiRequestBytes(kPairs, "body");
  int requests = 0;
  for (int i = 0; i < kRounds; ++i) {
    ExpectSoundFastcgi(Mutated(random, fastcgi));
    requests += ExpectSoundUwsgi(Mutated(random, uwsgi));
  }
  BOOST_TEST(requests > kRounds / 100);  // else nothing above was tried
  BOOST_TEST(requests < kRounds);
}
