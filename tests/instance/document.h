// What the documents tell readers to paste.
#pragma once

#include <string>

namespace e2e {

// All ```sh blocks of a file of the repository below the heading "## HEADING", one after the other.
std::string ShellBlocks(const std::string& file, const std::string& heading);

}  // namespace e2e
