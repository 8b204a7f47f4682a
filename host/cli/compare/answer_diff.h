// What is different between a monolith's answer and a function's, apart from noise: what the
// monolith itself answers differently when it is asked twice (times, tokens, random ids).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "host/wire/client/cgi.h"

namespace host {

struct Difference {
  // "status", "header content-type", "body $.items[3].creation" (JSON), "body line 12" (text)
  std::string where;
  std::string monolith;  // the value there; long ones are cut, "(absent)" when there is none
  std::string function;
};

struct Comparison {
  std::vector<Difference> differences;
  // What was left out as noise: like `where`, with [*] for all elements of an array, since a time
  // that changes in one element changes in all.
  std::set<std::string> noise;
};

// Headers that are never compared: they belong to the connection, to NGINX or to one request, or
// say again what the body says.
extern const std::set<std::string> kIgnoredHeaders;

// `ignore`: more of what is not compared, each as in Comparison::noise.
Comparison Compare(const wire::CgiAnswer& monolith, const wire::CgiAnswer& again,
                   const wire::CgiAnswer& function, const std::set<std::string>& ignore = {});

}  // namespace host
