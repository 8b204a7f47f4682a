// What each refusal means to a reader, and what to do: for failed.html.
#pragma once

namespace front {

struct Words {
  int status;
  const char* title;
  const char* text;
};

// For any status from 400 on.
Words WordsFor(int status);

}  // namespace front
