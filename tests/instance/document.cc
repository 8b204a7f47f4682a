#include "tests/instance/document.h"

#include <fstream>

#include "tests/instance/instance.h"

namespace e2e {

std::string ShellBlocks(const std::string& name, const std::string& heading) {
  std::ifstream file(Repository() + "/" + name);
  std::string found;
  bool in_section = false;
  bool in_block = false;
  for (std::string line; std::getline(file, line);) {
    if (!in_block && line.starts_with("## ")) in_section = line == "## " + heading;
    if (!in_section) continue;
    if (line == "```sh") {
      in_block = true;
    } else if (line == "```") {
      in_block = false;
    } else if (in_block) {
      found += line + "\n";
    }
  }
  return found;
}

}  // namespace e2e
