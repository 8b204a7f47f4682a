// Where codes may be sent. Codes go to nobody else, so this is strict: a URI is registered only
// when it has one reading, and is compared as it was written (RFC 9700, section 4.1.3).
#pragma once

#include <string>
#include <string_view>

namespace oauth {

// "" when the URI may be registered, else what is wrong with it, for people. Good are https, http
// on this machine (127.0.0.1, [::1], localhost; RFC 8252, section 7.3) and an app's own scheme with
// a dot in it (com.example.app:/back; section 7.1).
std::string RedirectUriFault(std::string_view uri);

// Whether a request that names `asked` may go on with it, `registered` being one of its client's.
// Equal, but for the port of http on this machine: the app takes any that is free.
bool IsSameRedirectUri(std::string_view registered, std::string_view asked);

// What a user is shown of it: the host of https and http, else the scheme.
std::string HostOf(std::string_view uri);

// Whether others may catch what is sent there: an app's own scheme, or a port of this machine. Its
// user is asked each time (RFC 8252, section 8.6).
bool IsOnDevice(std::string_view uri);

}  // namespace oauth
