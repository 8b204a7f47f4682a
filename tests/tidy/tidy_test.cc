// The repository's own rules, checked on its source tree.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostLines = 400;

fs::path Root() {
  static const fs::path root =
      fs::canonical("tests/tidy/BUILD").parent_path().parent_path().parent_path();
  return root;
}

struct File {
  fs::path path;  // relative to the root
  std::vector<std::string> lines;
  bool Ends(std::string_view ending) const { return path.string().ends_with(ending); }
  bool Below(std::string_view folder) const { return path.string().starts_with(folder); }
  bool IsCode() const { return Ends(".cc") || Ends(".h"); }
  bool IsTest() const { return Ends("_test.cc") || Below("tests/") || Below("host/testing/"); }
};

File Read(const fs::path& path) {
  File file{fs::relative(path, Root()), {}};
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

// Files people write: no hidden folders (.git, .dev), no output of Bazel or npm.
const std::vector<File>& Files() {
  static const std::vector<File> files = [] {
    std::vector<File> found;
    for (auto at = fs::recursive_directory_iterator(Root());
         at != fs::recursive_directory_iterator(); ++at) {
      const std::string name = at->path().filename().string();
      if (at->is_directory() || at->is_symlink()) {
        if (name.starts_with('.') || name.starts_with("bazel-") || name == "node_modules") {
          at.disable_recursion_pending();
        }
        continue;
      }
      const auto ending = at->path().extension();
      if (ending == ".cc" || ending == ".h" || ending == ".sh" || ending == ".html") {
        found.push_back(Read(at->path()));
      }
    }
    return found;
  }();
  return files;
}

// Every line of `files` that matches, as "path:number: line".
std::string Matches(const File& file, const std::regex& pattern) {
  std::string found;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    if (std::regex_search(file.lines[i], pattern)) {
      found += file.path.string() + ":" + std::to_string(i + 1) + ": " + file.lines[i] + "\n";
    }
  }
  return found;
}

bool HasLine(const File& file, const std::regex& pattern) {
  return std::ranges::any_of(file.lines,
                             [&](const auto& line) { return std::regex_search(line, pattern); });
}

std::string Executable(const File& file) {
  const auto mode = fs::status(Root() / file.path).permissions();
  return (mode & fs::perms::owner_exec) != fs::perms::none ? "" : file.path.string();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_source_tree_is_found) { BOOST_TEST(Files().size() > 20); }

// A fifth file says what strangers may rely on (docs/decisions/0018); pages have templates.
BOOST_AUTO_TEST_CASE(a_function_folder_holds_its_four_files_and_little_else) {
  int functions = 0;
  for (const auto& folder : fs::directory_iterator(Root() / "functions")) {
    if (!folder.is_directory() || folder.path().filename() == "shared") continue;
    ++functions;
    for (const char* name : {"BUILD", "handler.cc", "handler_test.cc", "function.json"}) {
      BOOST_TEST(fs::exists(folder.path() / name), folder.path().filename() << " lacks " << name);
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename();
      static const std::regex known(
          R"(BUILD|handler\.cc|handler_test\.cc|function\.json|api\.json|[a-z_]+\.(html|xml))");
      BOOST_TEST(std::regex_match(name, known),
                 entry.path() << ": what is this for? Code that functions share stands in shared/");
    }
  }
  BOOST_TEST(functions > 0);
}

// A page can do what any client of the API can, and nothing more (docs/decisions/0017).
BOOST_AUTO_TEST_CASE(the_front_end_needs_the_api_alone) {
  const std::regex good(R"(\s*"needs": \[("api")?\])");
  int pages = 0;
  for (const auto& folder : fs::directory_iterator(Root() / "functions")) {
    if (!folder.path().filename().string().starts_with("web_")) continue;
    ++pages;
    std::ifstream manifest(folder.path() / "function.json");
    bool found = false;
    for (std::string line; std::getline(manifest, line);) found |= std::regex_match(line, good);
    BOOST_TEST(found, folder.path().filename() << " needs more than the API");
  }
  BOOST_TEST(pages > 0);
}

BOOST_AUTO_TEST_CASE(no_file_of_code_is_longer_than_400_lines) {
  for (const auto& file : Files()) {
    if (!file.IsCode()) continue;
    BOOST_TEST(file.lines.size() <= kMostLines,
               file.path << " has " << file.lines.size() << " lines: split it");
  }
}

BOOST_AUTO_TEST_CASE(a_todo_names_its_issue_and_reason) {
  // The word is written in two pieces here, so that this file does not find itself.
  const std::regex bare(
      "TO"
      "DO(?!\\(#[0-9]+\\): .{10})");
  for (const auto& file : Files()) {
    const auto found = Matches(file, bare);
    BOOST_TEST(found.empty(),
               "write TO"
               "DO(#issue): reason\n"
                   << found);
  }
}

BOOST_AUTO_TEST_CASE(only_programs_print) {
  // Everything else logs (host/base/log.h), or answers.
  const std::regex print(R"((std::cout|std::cerr|\bprintf\(|\bfprintf\(|\bputs\(|fmt::print))");
  const std::regex main(R"(^int main\()");
  for (const auto& file : Files()) {
    const bool library = file.Below("host/") || file.Below("functions/") || file.Below("sql/");
    if (!library || !file.IsCode() || file.IsTest() || file.Below("host/cli/")) continue;
    if (HasLine(file, main)) continue;
    const auto found = Matches(file, print);
    BOOST_TEST(found.empty(), "a print left behind?\n" << found);
  }
}

BOOST_AUTO_TEST_CASE(the_host_knows_nothing_of_thoughts) {
  const std::regex include(R"(#include "(functions|sql)/)");
  for (const auto& file : Files()) {
    if (!file.Below("host/") || file.IsTest()) continue;
    const auto found = Matches(file, include);
    BOOST_TEST(found.empty(), "host/ includes nothing of functions/\n" << found);
  }
}

BOOST_AUTO_TEST_CASE(shell_files_can_be_run_and_stop_at_errors) {
  const std::regex bash("^#!.*bash");
  const std::regex strict_bash("^set -euo pipefail$");
  const std::regex strict_sh("^(set -eu|exec .*)$");  // sh has no pipefail
  for (const auto& file : Files()) {
    if (!file.Ends(".sh")) continue;
    BOOST_TEST(Executable(file).empty(), file.path << " is not executable");
    const bool is_bash = !file.lines.empty() && std::regex_search(file.lines[0], bash);
    BOOST_TEST(HasLine(file, is_bash ? strict_bash : strict_sh),
               file.path << " lacks " << (is_bash ? "set -euo pipefail" : "set -eu"));
  }
}

BOOST_AUTO_TEST_CASE(a_decisions_number_names_one_decision) {
  std::map<std::string, std::string> taken;
  for (const auto& entry : fs::directory_iterator(Root() / "docs/decisions")) {
    const std::string name = entry.path().filename();
    const auto [before, fresh] = taken.emplace(name.substr(0, 4), name);
    BOOST_TEST(fresh, name << " has the number of " << before->second);
  }
}

// Everything in a page is escaped, and nothing in it runs (functions/shared/web/page.h).
BOOST_AUTO_TEST_CASE(templates_switch_off_no_escaping_and_hold_no_code) {
  // Unescaped values, other delimiters; values outside of quotes in a tag, where escaping is not
  // enough; code and style that the Content-Security-Policy would refuse. One script of ours is
  // loaded by its address.
  const std::regex bad(
      R"(\{\{\{|\{\{\s*[&=]|=\s*\{\{|)"
      R"(<script(?! src="\{\{script\}\}" defer></script>)|<style|\sstyle=|\son[a-z]+=|javascript:)",
      std::regex::icase);
  size_t templates = 0;
  for (const auto& file : Files()) {
    if (!file.Below("functions/") || (!file.Ends(".html") && !file.Ends(".xml"))) continue;
    ++templates;
    const auto found = Matches(file, bad);
    BOOST_TEST(found.empty(), "not in a template\n" << found);
  }
  BOOST_TEST(templates > 0u);
}

// A claim of security is worth the test behind it.
BOOST_AUTO_TEST_CASE(the_tests_that_security_names_are_there) {
  std::set<std::string> tests;
  const std::regex test(R"(BOOST_AUTO_TEST_CASE\(\s*([a-z0-9_]+))");
  for (const auto& file : Files()) {
    if (!file.Ends("_test.cc")) continue;
    std::string text;
    for (const auto& line : file.lines) text += line + "\n";
    for (std::sregex_iterator at(text.begin(), text.end(), test), end; at != end; ++at) {
      tests.insert((*at)[1]);
    }
  }
  int named = 0;
  const std::regex name("`([a-z0-9]+(?:_[a-z0-9]+){3,})`");
  for (const auto& line : Read(Root() / "docs/security.md").lines) {
    for (std::sregex_iterator at(line.begin(), line.end(), name), end; at != end; ++at, ++named) {
      BOOST_TEST(tests.contains((*at)[1]), (*at)[1] << " is no test");
    }
  }
  BOOST_TEST(named > 50);
}

// A runbook that quotes what nobody says any more leads astray.
BOOST_AUTO_TEST_CASE(the_log_lines_that_operations_explains_are_those_of_the_code) {
  const File page = Read(Root() / "docs/operations.md");
  static const std::regex row("^\\| `([^`]+)` \\| .*");
  bool within = false;
  size_t rows = 0;
  for (const std::string& line : page.lines) {
    if (line.starts_with("## ")) within = line == "## What a log line means";
    std::smatch match;
    if (!within || !std::regex_match(line, match, row)) continue;
    ++rows;
    const std::string quoted = "\"" + match[1].str() + "\"";
    BOOST_TEST(std::ranges::any_of(Files(),
                                   [&](const File& file) {
                                     return file.IsCode() && !file.IsTest() &&
                                            std::ranges::any_of(file.lines, [&](const auto& each) {
                                              return each.find(quoted) != std::string::npos;
                                            });
                                   }),
               "no code says " << quoted);
  }
  BOOST_TEST(rows >= 20u);
}
