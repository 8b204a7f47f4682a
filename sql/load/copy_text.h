// Rows in the text format of COPY.
#pragma once

#include <string>
#include <string_view>

namespace sql {

// Appends a value, escaped. Not for null, which is \N.
void AppendCopyText(std::string& out, std::string_view text);

}  // namespace sql
