// check --name NAME FILE: is FILE a good manifest of the function NAME? Every fault is a line on
// stderr. Exit: 0 good, 1 faults, 2 wrong usage.

#include <iostream>
#include <string_view>

#include "host/manifest/manifest.h"

int main(int argc, char** argv) {
  if (argc != 4 || std::string_view(argv[1]) != "--name") {
    std::cerr << "usage: check --name NAME FILE\n"
                 "  check --name login functions/login/function.json\n";
    return 2;
  }
  const std::string name = argv[2];
  const std::string file = argv[3];
  const auto manifest = host::ReadManifest(file);
  if (!manifest) {
    for (const auto& error : manifest.error()) std::cerr << error << '\n';
    return 1;
  }
  if (manifest->name != name) {
    std::cerr << file << ": name: must be \"" << name << "\", is \"" << manifest->name << "\"\n";
    return 1;
  }
  return 0;
}
