#include "host/scaffold/scaffold.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "host/manifest/names.h"
#include "host/manifest/path.h"

namespace host {
namespace {

namespace fs = std::filesystem;

std::string Filled(std::string_view text, const std::string& name) {
  constexpr std::string_view kMark = "{{name}}";
  std::string out;
  for (size_t at = 0;;) {
    const size_t found = text.find(kMark, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return out;
    out += name;
    at = found + kMark.size();
  }
}

// Empty, or what is wrong.
std::string NameFault(const std::string& name) {
  if (!IsName(name)) return fmt::format("\"{}\" is no name of a function, {}", name, kNameRule);
  if (IsReservedName(name)) {
    return fmt::format("no function may be called {}: the host or the build uses that name", name);
  }
  if (const auto path = ParsePath("/" + name); !path) {
    return fmt::format("no function may be called {}: {}", name, path.error());
  }
  return "";
}

}  // namespace

std::expected<std::vector<std::pair<std::string, std::string>>, std::string> Scaffold(
    const std::string& name) {
  if (auto fault = NameFault(name); !fault.empty()) return std::unexpected(std::move(fault));
  std::vector<std::pair<std::string, std::string>> files;
  for (const char* file : {"BUILD", "function.json", "handler.cc", "handler_test.cc"}) {
    files.emplace_back(file, Filled(ScaffoldTemplate(file), name));
  }
  return files;
}

std::expected<std::string, std::string> MakeFunction(const std::string& folder,
                                                     const std::string& name) {
  const auto files = Scaffold(name);
  if (!files) return std::unexpected(files.error());
  const std::string path = folder + "/" + name;
  if (mkdir(path.c_str(), 0777) != 0) {
    if (errno == EEXIST) return std::unexpected(path + " exists already; choose another name");
    return std::unexpected(fmt::format("{}: cannot make the folder: {}{}", path,
                                       std::strerror(errno),
                                       errno == ENOENT ? "; name the folder of functions with "
                                                         "--folder DIR"
                                                       : ""));
  }
  for (const auto& [file, text] : *files) {
    std::ofstream stream(path + "/" + file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
      const std::string why = std::strerror(errno);
      std::error_code ignored;
      fs::remove_all(path, ignored);
      return std::unexpected(fmt::format("{}/{}: cannot write: {}", path, file, why));
    }
  }
  return path;
}

}  // namespace host
