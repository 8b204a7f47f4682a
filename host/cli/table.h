// Rows of text in aligned columns, for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace host {

struct Table {
  struct Column {
    std::string title;
    bool right = false;  // numbers stand at the right
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each with a text per column

  // A line per row below the titles. Lines are cut at `width` characters; 0: they are not.
  std::string Text(size_t width = 0) const;
};

// At most `width` characters of UTF-8 (0: all); what was cut shows as a last "~". Control
// characters, which could command the terminal, become "?".
std::string Cut(std::string_view text, size_t width);

// "12 s", "3 m 20 s", "5 h 2 m", "9 d 1 h".
std::string Duration(double seconds);
// "950", "12.3k", "4.5M".
std::string Count(int64_t count);
// "0", "512 kB", "3.4 MB", "1.2 GB".
std::string Memory(int64_t kb);
// "0.4 ms", "12 ms", "1.3 s"; "-" below 0.
std::string Latency(double seconds);

// Characters in a line of the terminal that `fd` is; 0 when it is none.
size_t TerminalWidth(int fd);

}  // namespace host
