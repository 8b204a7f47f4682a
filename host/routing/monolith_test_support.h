// A real old site for tests: uWSGI with a small Python program.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "host/supervisor/monolith.h"

namespace host::testing {

// Answers each request with the variables it was given ("NAME=VALUE" lines, as the echo functions
// of site_test_support.h), the size of its body as BODY_SIZE, the body's SHA-256 as BODY_SHA256 and
// the URL's scheme as SCHEME, under "X-Old-Site: yes". `?status=N` asks for another status.
class OldSite {
 public:
  OldSite();  // waits until it answers; throws with uWSGI's words when it does not start
  explicit OldSite(const std::string& program);  // a WSGI program of the test's own
  ~OldSite();
  OldSite(const OldSite&) = delete;
  OldSite& operator=(const OldSite&) = delete;

  // Over its Unix sockets, or http over TCP.
  MonolithSettings Over(MonolithUrl::Protocol protocol) const;
  MonolithSettings OverTcp() const;
  void Stop();  // nobody listens from then on

 private:
  std::filesystem::path folder_;
  int port_;
  pid_t pid_ = -1;
};

}  // namespace host::testing
