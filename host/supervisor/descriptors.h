// Bytes with open descriptors beside them, over a Unix socket (SCM_RIGHTS of unix(7)).
#pragma once

#include <sys/types.h>

#include <span>
#include <string_view>
#include <vector>

#include "host/supervisor/fd.h"

namespace host {

// As sendmsg(2) with MSG_NOSIGNAL and `flags`. The descriptors, 253 at most, stay ours; they go
// with the first byte, so there must be one.
ssize_t SendFds(int socket, std::string_view bytes, std::span<const int> fds, int flags = 0);

// As recvmsg(2) with `flags`. Appends what came along to `fds`, close-on-exec, until it holds
// `most` (8 at most); what is beyond is closed. Any kind of socket: where none can come, none does.
ssize_t ReceiveFds(int socket, std::span<char> buffer, std::vector<Fd>& fds, size_t most,
                   int flags = 0);

}  // namespace host
