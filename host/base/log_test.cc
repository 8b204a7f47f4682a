// BEHAVIOURS B6: log lines split exactly at buffer edges, binary bytes, 64 KB lines

#include "host/base/log.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

// A file as stderr is directed to: opened for appending, shared by processes.
class LogFile {
 public:
  LogFile() {
    char name[] = "/tmp/fnhost-log-XXXXXX";
    close(mkstemp(name));
    path_ = name;
    fd_ = open(name, O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  ~LogFile() {
    close(fd_);
    std::filesystem::remove(path_);
  }
  int fd() const { return fd_; }
  std::vector<nlohmann::json> Lines() const {
    std::vector<nlohmann::json> lines;
    std::ifstream file(path_, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
      lines.push_back(nlohmann::json::parse(line, nullptr, false));
      BOOST_TEST(!lines.back().is_discarded(), line.substr(0, 200));
    }
    return lines;
  }

 private:
  std::string path_;
  int fd_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(lines_of_any_length_are_written_whole) {
  const LogFile file;
  const host::Log log("f", "", file.fd());
  const std::vector<size_t> sizes = {0,    1,     4095,  4096,  4097,   8191,
                                     8192, 65535, 65536, 65537, 1 << 20};
  for (const size_t size : sizes) log.Info(std::string(size, 'x'), {{"after", 1}});
  const auto lines = file.Lines();
  BOOST_REQUIRE(lines.size() == sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) {
    BOOST_TEST(lines[i].at("msg").get<std::string>().size() == sizes[i]);
    BOOST_TEST(lines[i].at("after") == 1);
  }
}

BOOST_AUTO_TEST_CASE(every_byte_can_be_logged_in_values_and_names) {
  const LogFile file;
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  host::Log(bytes, bytes, file.fd()).Info(bytes, {{bytes, bytes}, {"end", true}});
  const auto lines = file.Lines();
  BOOST_REQUIRE(lines.size() == 1u);
  const auto msg = lines[0].at("msg").get<std::string>();
  BOOST_TEST(msg.starts_with(bytes.substr(0, 128)));  // ASCII comes back as it was
  BOOST_TEST(msg.ends_with("\xEF\xBF\xBD"));          // the rest is no UTF-8: U+FFFD
  BOOST_TEST(lines[0].at("end") == true);
}

BOOST_AUTO_TEST_CASE(lines_of_several_threads_and_processes_do_not_mix) {
  constexpr int kProcesses = 3;
  constexpr int kThreads = 3;
  constexpr int kLines = 40;
  const LogFile file;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    const host::Log log("f", "", file.fd());
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
          const std::string text(65536, static_cast<char>('a' + process * kThreads + thread));
          for (int line = 0; line < kLines; ++line) log.Info(text);
        });
      }
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    BOOST_REQUIRE(waitpid(child, &status, 0) == child);
    BOOST_TEST(status == 0);
  }
  std::map<std::string, int> count;
  for (const auto& line : file.Lines()) ++count[line.at("msg").get<std::string>()];
  BOOST_TEST(count.size() == size_t{kProcesses * kThreads});
  for (const auto& [text, times] : count) BOOST_TEST(times == kLines, text.substr(0, 3));
}

BOOST_AUTO_TEST_CASE(a_log_that_nobody_takes_stops_nobody) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  host::Log("f", "", full).Error("lost");
  close(full);
  host::Log("f", "", full).Error("lost too");
}

BOOST_AUTO_TEST_CASE(a_list_of_texts_is_a_json_array) {
  const LogFile file;
  const host::Log log("f", "", file.fd());
  const std::vector<std::string> frames = {"poll+0x4f", "a \"b\"\n"};
  const std::vector<std::string> none;
  log.Info("x", {{"stack", host::LogList(frames)}, {"none", host::LogList(none)}});
  const auto lines = file.Lines();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0]["stack"].get<std::vector<std::string>>() == frames);
  BOOST_TEST(lines[0]["none"].is_array());
}
