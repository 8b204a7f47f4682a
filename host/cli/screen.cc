#include "host/cli/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string_view>

namespace host {
namespace {

constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l";  // the other screen, no cursor
constexpr char kLeave[] = "\x1b[?25h\x1b[?1049l";
constexpr char kHome[] = "\x1b[H";
constexpr char kEndOfLine[] = "\x1b[K\r\n";
constexpr char kClearBelow[] = "\x1b[J";

winsize Size() {
  winsize size{};
  if (ioctl(1, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) size = {.ws_row = 24, .ws_col = 80};
  return size;
}

void Put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

Screen::Screen() : keys_(isatty(0) == 1) {
  sigset_t set;
  sigemptyset(&set);
  for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH}) sigaddset(&set, each);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_ = Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (keys_) tcgetattr(0, &before_);
  Enter();
}

Screen::~Screen() { Leave(); }

void Screen::Enter() {
  if (keys_) {
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    tcsetattr(0, TCSANOW, &raw);
  }
  Put(kEnter);
}

void Screen::Leave() {
  Put(kLeave);
  if (keys_) tcsetattr(0, TCSANOW, &before_);
}

size_t Screen::width() const { return Size().ws_col; }
size_t Screen::height() const { return Size().ws_row; }

void Screen::Show(const std::string& text) {
  std::string out = kHome;
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    // No line break after the last one: it would scroll a full screen.
    if (from > 0) out += kEndOfLine;
    out += text.substr(from, end - from);
    from = end + 1;
  }
  Put(out + "\x1b[K" + kClearBelow);
}

Screen::Happened Screen::Wait(std::chrono::milliseconds limit) {
  pollfd waiting[] = {{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                      {.fd = keys_ ? 0 : -1, .events = POLLIN, .revents = 0}};
  poll(waiting, 2, static_cast<int>(limit.count()));
  if (waiting[0].revents != 0) return OnSignal();
  if (waiting[1].revents == 0) return {};
  char key = 0;
  if (read(0, &key, 1) == 1) return {Event::kKey, key};
  return {Event::kEnd};  // the terminal is gone
}

Screen::Happened Screen::OnSignal() {
  signalfd_siginfo info{};
  if (read(signals_.get(), &info, sizeof info) != sizeof info) return {};
  if (info.ssi_signo == SIGWINCH) return {Event::kResized};
  if (info.ssi_signo != SIGTSTP) return {Event::kEnd};
  Leave();
  raise(SIGSTOP);
  Enter();
  return {Event::kResized};
}

}  // namespace host
