// openapi --functions DIR --shared DIR --version V: the API's description on stdout. Every fault of
// its sources is a line on stderr. Exit: 0 good, 1 faults, 2 wrong usage.

#include <iostream>
#include <string_view>

#include "host/openapi/openapi.h"

int main(int argc, char** argv) {
  host::ApiSources sources;
  bool good = argc == 7;
  for (int i = 1; good && i < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--functions") {
      sources.functions = argv[i + 1];
    } else if (option == "--shared") {
      sources.shared = argv[i + 1];
    } else if (option == "--version") {
      sources.version = argv[i + 1];
    } else {
      good = false;
    }
  }
  if (!good || sources.functions.empty() || sources.shared.empty() || sources.version.empty()) {
    std::cerr << "usage: openapi --functions DIR --shared DIR --version V\n"
                 "  openapi --functions functions --shared functions/shared/api --version 1.2.0\n";
    return 2;
  }
  const auto document = host::DescribeApi(sources);
  if (!document) {
    for (const auto& error : document.error()) std::cerr << error << '\n';
    return 1;
  }
  std::cout << *document;
  return std::cout.flush() ? 0 : 1;
}
