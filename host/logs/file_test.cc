#include "host/logs/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/fnhost-logs-XXXXXX";
    path = mkdtemp(name);
    file = path + "/log";
  }
  ~Folder() { fs::remove_all(path); }
  void Append(const std::string& text) const { std::ofstream(file, std::ios::app) << text; }
  host::Fd Open() const { return host::Fd(open(file.c_str(), O_RDONLY | O_CLOEXEC)); }
  host::LogFollower Follow() const { return {file, Open(), 0}; }
  std::string path;
  std::string file;
};

// All lines up to one that is "end", from as many looks as it takes.
Lines UpToEnd(host::LogFollower& follower) {
  Lines all;
  for (int look = 0; look < 100; ++look) {
    for (std::string& line : follower.Wait(10s)) all.push_back(std::move(line));
    if (!all.empty() && all.back() == "end") return all;
  }
  return {"the end never came"};
}

Lines Backwards(const Folder& folder, off_t& rest) {
  Lines lines;
  rest = host::LinesBackwards(folder.Open().get(), [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_are_read_from_the_last_without_the_unfinished_one) {
  const Folder folder;
  off_t rest = 0;
  folder.Append("");
  BOOST_TEST(Backwards(folder, rest).empty());
  BOOST_TEST(rest == 0);
  folder.Append("unfinished");
  BOOST_TEST(Backwards(folder, rest).empty());
  BOOST_TEST(rest == 0);
  folder.Append("1\n\ntwo\nrest");
  BOOST_TEST((Backwards(folder, rest) == Lines{"two", "", "unfinished1"}));
  BOOST_TEST(rest == 17);
}

// BEHAVIOURS B6: lines split exactly at buffer edges, 64 KB lines
BOOST_AUTO_TEST_CASE(long_lines_and_lines_at_block_edges_come_whole_from_both_sides) {
  const Folder folder;
  Lines written;
  for (const size_t size : {65536, 262143, 262144, 262145, 1, 0, 65535, 524287, 3}) {
    written.emplace_back(size, static_cast<char>('a' + written.size()));
  }
  written.emplace_back("end");
  for (const std::string& line : written) folder.Append(line + "\n");
  off_t rest = 0;
  Lines backwards = Backwards(folder, rest);
  std::ranges::reverse(backwards);
  BOOST_TEST((backwards == written));
  BOOST_TEST(rest == static_cast<off_t>(fs::file_size(folder.file)));
  auto follower = folder.Follow();
  BOOST_TEST((UpToEnd(follower) == written));
}

// BEHAVIOURS B6: binary bytes
BOOST_AUTO_TEST_CASE(bytes_of_any_value_are_handed_on) {
  const Folder folder;
  const std::string bytes("\0\xFF\r\x1b", 4);
  folder.Append(bytes + "\nend\n");
  auto follower = folder.Follow();
  BOOST_TEST((UpToEnd(follower) == Lines{bytes, "end"}));
}

BOOST_AUTO_TEST_CASE(a_line_is_handed_on_when_it_is_whole) {
  const Folder folder;
  folder.Append("ha");
  auto follower = folder.Follow();
  BOOST_TEST(follower.Wait(0ms).empty());
  folder.Append("lf\nnext");
  BOOST_TEST((follower.Wait(10s) == Lines{"half"}));
  folder.Append("\n");
  BOOST_TEST((follower.Wait(10s) == Lines{"next"}));
}

BOOST_AUTO_TEST_CASE(a_line_wakes_the_follower_at_once) {
  const Folder folder;
  folder.Append("");
  auto follower = folder.Follow();
  const std::jthread writer([&] { folder.Append("end\n"); });
  BOOST_TEST((UpToEnd(follower) == Lines{"end"}));
}

BOOST_AUTO_TEST_CASE(a_rotated_log_is_read_to_its_end_and_then_the_new_one) {
  const Folder folder;
  folder.Append("a\n");
  auto follower = folder.Follow();
  BOOST_TEST((follower.Wait(10s) == Lines{"a"}));
  fs::rename(folder.file, folder.path + "/log.1");
  std::ofstream(folder.path + "/log.1", std::ios::app) << "late\nunfinished";
  BOOST_TEST((follower.Wait(10s) == Lines{"late"}));  // nothing has the name now
  folder.Append("new\nend\n");
  BOOST_TEST((UpToEnd(follower) == Lines{"unfinished", "new", "end"}));
}

BOOST_AUTO_TEST_CASE(a_truncated_log_is_read_from_its_beginning) {
  const Folder folder;
  folder.Append("before the truncation\n");
  auto follower = folder.Follow();
  BOOST_TEST((follower.Wait(10s) == Lines{"before the truncation"}));
  fs::resize_file(folder.file, 0);
  folder.Append("end\n");
  BOOST_TEST((UpToEnd(follower) == Lines{"end"}));
}

BOOST_AUTO_TEST_CASE(a_log_that_is_not_there_yet_is_waited_for) {
  const Folder folder;
  auto follower = folder.Follow();
  BOOST_TEST(follower.Wait(0ms).empty());
  folder.Append("end\n");
  BOOST_TEST((UpToEnd(follower) == Lines{"end"}));
}
