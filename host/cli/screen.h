// Screen: the terminal while a live view has it. Plain ANSI: another screen than the shell's,
// without a cursor, keys that need no Enter. Whatever ends the view (q, Ctrl-C, a signal, an
// exception) gives the terminal back as it was; so does Ctrl-Z while the program is stopped.
#pragma once

#include <termios.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "host/supervisor/fd.h"

namespace host {

class Screen {
 public:
  // stdout is a terminal. Takes SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGWINCH for the whole
  // process.
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  size_t width() const;
  size_t height() const;
  void Show(const std::string& text);  // in place of what was there

  enum class Event { kTime, kKey, kResized, kEnd };
  struct Happened {
    Event event = Event::kTime;
    char key = 0;
  };
  // What comes first, at the latest after `limit`.
  Happened Wait(std::chrono::milliseconds limit);

 private:
  void Enter();
  void Leave();
  Happened OnSignal();

  Fd signals_;
  bool keys_;  // stdin is a terminal too
  termios before_{};
};

}  // namespace host
