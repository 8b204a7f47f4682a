// What a uwsgi client sends, as bytes.
#pragma once

#include <string>
#include <string_view>

#include "host/wire/client/fastcgi.h"

namespace host::wire {

// The parameters with their lengths before them, without the packet's header. Each name and value
// has at most 65535 bytes.
std::string UwsgiPairs(const Pairs& pairs);

// A packet's header and `parameters`, at most 65535 bytes.
std::string UwsgiPacket(std::string_view parameters);

// A whole request; CONTENT_LENGTH is added when there is a body.
std::string UwsgiRequest(Pairs parameters, std::string_view body);

}  // namespace host::wire
