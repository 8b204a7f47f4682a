// How NGINX and a function talk.
#pragma once

namespace host::wire {

enum class Protocol { kFastcgi, kUwsgi };

}  // namespace host::wire
