// main() of all Boost.Test programs: as Boost's own, and when Bazel asks for an XML report, a JUnit
// log beside the screen's.

#include <cstdlib>
#include <string>
#include <vector>

#define BOOST_TEST_NO_MAIN
#include <boost/test/unit_test.hpp>

namespace {
bool Init() { return true; }
}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string logger;
  if (const char* file = std::getenv("XML_OUTPUT_FILE"); file != nullptr && *file != '\0') {
    logger = std::string("--logger=HRF,test_suite:JUNIT,all,") + file;
    arguments.push_back(logger.data());
  }
  arguments.push_back(nullptr);
  return boost::unit_test::unit_test_main(&Init, static_cast<int>(arguments.size()) - 1,
                                          arguments.data());
}
