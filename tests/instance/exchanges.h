// What tests send and get, noted for tests/openapi: a JSON object a line in the file that the
// environment variable EXCHANGES names; nothing without it.
#pragma once

#include "tests/instance/http.h"

namespace e2e {

// Those with the public port (PUBLIC_PORT) that were answered. Any thread may call it.
void NoteExchange(const Ask& ask, const Answer& answer);

}  // namespace e2e
