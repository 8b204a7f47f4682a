// error_pages FOLDER: writes NNN.html for each status that NGINX answers by itself, so that who
// came with a browser gets a page, even when no function is there to make one.

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "functions/shared/front/visitor.h"
#include "functions/shared/front/words.h"

namespace {

constexpr int kStatuses[] = {400, 404, 405, 413, 414, 429, 431, 500, 502, 503, 504};

std::string Page(int status) {
  const auto words = front::WordsFor(status);
  web::Data data{"heading", std::string(words.title)};
  data.set("text", std::string(words.text));
  return web::Answer({.status = status,
                      .title = words.title,
                      .body = front::Template("failed.html"),
                      .data = data})
      .body();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: error_pages FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  for (const int status : kStatuses) {
    const auto file = folder / (std::to_string(status) + ".html");
    std::ofstream out(file);
    out << Page(status);
    if (!out.flush()) {
      std::fprintf(stderr, "error_pages: %s cannot be written\n", file.c_str());
      return 1;
    }
  }
}
