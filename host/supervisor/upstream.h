// Where NGINX finds functions that do not run beside it: each in a container of its own, or on
// another machine. The key "nginx.upstream" of the host's configuration.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace host {

// A template of addresses: "tcp://HOST:PORT" or "unix:///PATH", with {name}, the function's name,
// or {dns_name}, the same with - in the place of _ (Kubernetes allows no _ in a Service's name).
// Gives back what NGINX names as a server: "{name}:9000", "unix:/run/fnhost/{name}.sock"; else what
// is wrong with it.
std::expected<std::string, std::string> ParseUpstream(std::string_view text);

// The server of one function, from what ParseUpstream gave.
std::string UpstreamOf(const std::string& server, const std::string& function);

// Shares of requests that go to a second version of a function, which is called NAME-canary:
// "login=10,cart=5", in percent, 1 to 99; "" is none. The error says what it must be.
using Canaries = std::map<std::string, int>;
std::expected<Canaries, std::string> ParseCanaries(std::string_view text);

}  // namespace host
