#include <cstdio>
#include <memory>
#include <string>

#include "host/cli/options.h"
#include "host/scaffold/scaffold.h"

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost new hello                         makes functions/hello, answering GET /hello
  fnhost new hello --folder /src/functions
)";

struct Options {
  std::string name;
  std::string folder = "functions";
};

int New(const Options& options) {
  const auto made = MakeFunction(options.folder, options.name);
  if (!made) return Fail(made.error());
  std::printf(
      "made %s: BUILD, handler.cc, handler_test.cc, function.json\n"
      "Next:\n"
      "  bazel test //functions/%s:all\n"
      "  ./dev deploy %s\n"
      "  curl http://localhost:8080/%s\n",
      made->c_str(), options.name.c_str(), options.name.c_str(), options.name.c_str());
  return 0;
}

}  // namespace

void AddNew(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "new",
          "Make a function's folder that builds, passes its test and can be deployed")
      .Examples(kExamples)
      .Text("name", options->name, "NAME", "a-z, 0-9 and _, the first a letter; its path is /NAME",
            Command::kRequired)
      .Text("--folder", options->folder, "DIR", "The folder of functions (default: functions)")
      .Run([options] { return New(*options); });
}

}  // namespace host
