// The search index of thoughts during a bulk load: dropped before, made again at the end. Who does
// that is the tables' owner, or import_service (migration 0027).
#pragma once

#include <cstdint>
#include <string>

#include "sql/client/client.h"

namespace sql {

// Whether that is quicker for `missing` new rows than adding them to the index: a row added to it
// costs about eight times what it costs to build.
bool IsRebuildQuicker(Connection& connection, int64_t missing);

void DropSearchIndex(Connection& connection);

// Both halves at the same time, if they are not there. Writes of thoughts wait meanwhile: a
// million take about twenty seconds.
void MakeSearchIndex(const std::string& conninfo);

}  // namespace sql
