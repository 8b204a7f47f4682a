// The monolith: the old site that stands beside the functions while its routes move to them, one by
// one. The key "monolith" of the host's configuration.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace host {

struct MonolithUrl {
  enum class Protocol { kHttp, kUwsgi, kFastcgi };
  Protocol protocol = Protocol::kHttp;
  std::string address;  // as NGINX names a server: "127.0.0.1:9000", "[::1]:9000", "unix:/s/x.sock"
};

// "http://HOST:PORT", "uwsgi://HOST:PORT", "fastcgi://HOST:PORT", or a Unix socket's path in the
// place of HOST:PORT: "uwsgi:///run/old.sock". Else what is wrong with it.
std::expected<MonolithUrl, std::string> ParseMonolithUrl(std::string_view text);

struct MonolithSettings {
  std::string url;           // as written
  MonolithUrl at;            // the same, read
  bool first_there = true;   // where a route goes that nobody has moved: to the monolith
  int body_bytes = 1 << 20;  // the longest body that is passed to it
  int timeout_ms = 60'000;   // between two reads of its answer
  std::map<std::string, std::string> params;  // uwsgi and FastCGI: given with every request
};

}  // namespace host
