#include "host/supervisor/run_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "host/supervisor/pidfd.h"
#include "host/supervisor/spawn_plan.h"

namespace host {
namespace {

// More than a pipe holds: all that the program itself can have left in it.
constexpr ssize_t kLeftInPipe = 1 << 20;

class Running : public Program {
 public:
  Running(EventLoop& loop, pid_t pid, Fd pidfd, Fd output, std::function<void(ProgramEnd)> done,
          ProgramLimits limits)
      : loop_(loop),
        pid_(pid),
        pidfd_(std::move(pidfd)),
        output_(std::move(output)),
        done_(std::move(done)),
        limits_(limits) {
    loop_.Watch(pidfd_.get(), EPOLLIN, [this](uint32_t) { Ended(); });
    loop_.Watch(output_.get(), EPOLLIN, [this](uint32_t) {
      if (Read() == 0) loop_.Unwatch(output_.get());
    });
    timer_ = loop_.At(std::chrono::steady_clock::now() + limits_.deadline, [this] {
      end_.timed_out = true;
      Kill();
    });
  }

  ~Running() override {
    Forget();
    if (pid_ < 0) return;
    Kill();
    waitpid(pid_, nullptr, 0);
  }

 private:
  // The whole group, while the leader is not reaped: its number is nobody else's until then.
  void Kill() const { kill(-pid_, SIGKILL); }

  void Forget() {
    loop_.Cancel(timer_);
    loop_.Unwatch(pidfd_.get());
    loop_.Unwatch(output_.get());
  }

  // Takes some of the output. Returns its bytes; 0 when nothing will come any more, -1 when there
  // is none at the moment.
  ssize_t Read() {
    char buffer[16384];
    const ssize_t size = read(output_.get(), buffer, sizeof buffer);
    if (size <= 0) return size;
    const size_t kept = std::min<size_t>(size, limits_.text_bytes - end_.text.size());
    end_.text.append(buffer, kept);
    end_.cut = end_.cut || kept < static_cast<size_t>(size);
    return size;
  }

  void Ended() {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return;
    pid_ = -1;
    Forget();
    for (ssize_t size = 1, all = 0; size > 0 && all < kLeftInPipe; all += size) size = Read();
    if (WIFEXITED(status)) end_.exit = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
    const auto done = std::move(done_);
    done(std::move(end_));  // last: it may destroy us
  }

  EventLoop& loop_;
  pid_t pid_;
  Fd pidfd_;
  Fd output_;
  std::function<void(ProgramEnd)> done_;
  const ProgramLimits limits_;
  EventLoop::TimerId timer_ = 0;
  ProgramEnd end_;
};

std::unexpected<std::string> Fault(const std::string& program, int error) {
  std::string line = fmt::format("cannot run {}: {}", program, std::strerror(error));
  if (error == EMFILE || error == ENFILE) line += "; raise the limit of open files (ulimit -n)";
  if (error == EAGAIN) line += "; raise the limit of processes (ulimit -u)";
  return std::unexpected(line);
}

}  // namespace

std::expected<std::unique_ptr<Program>, std::string> RunProgram(
    EventLoop& loop, std::vector<std::string> argv, std::function<void(ProgramEnd)> done,
    ProgramLimits limits) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Fault(argv.at(0), errno);
  Fd output(ends[0]);
  const Fd write_end(ends[1]);
  fcntl(output.get(), F_SETFL, O_NONBLOCK);

  std::vector<char*> arguments;
  for (std::string& each : argv) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  SpawnPlan plan(POSIX_SPAWN_SETPGROUP);
  plan.Give(write_end.get(), 1);
  plan.Give(1, 2);
  plan.Open(0, "/dev/null", O_RDONLY);
  plan.CloseFrom(3);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, argv.at(0).c_str(), plan.actions(), plan.attributes(),
                                 arguments.data(), environ);
  if (error != 0) return Fault(argv[0], error);
  Fd pidfd(pidfd_open(pid, 0));
  if (!pidfd) {  // no descriptor left: a process that cannot be watched must not stay
    const int fault = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return Fault(argv[0], fault);
  }
  return std::make_unique<Running>(loop, pid, std::move(pidfd), std::move(output), std::move(done),
                                   limits);
}

}  // namespace host
