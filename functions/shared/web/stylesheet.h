// Which nginx/static/thoughts.css this was built with.
#pragma once

namespace web {

// The beginning of its SHA-256: a URL with it never changes its meaning, so browsers keep the file.
extern const char kStylesheetVersion[];

}  // namespace web
