#include "host/scoreboard/scoreboard.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace host {
namespace {

constexpr uint64_t kMagic = 0x3230'6472'616f'6266;  // "fboard02": another layout, another number
constexpr int kMostThreads = 1024;
// Descriptors 0 to 4 have a meaning in workers; ours must not stand in the way when it is moved to
// one of them.
constexpr int kLeastFd = 10;
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

std::unexpected<std::string> Fault(const char* what) {
  const bool files = errno == EMFILE || errno == ENFILE;
  return std::unexpected(fmt::format("scoreboard: {}: {}{}", what, std::strerror(errno),
                                     files ? "; raise the limit of open files (ulimit -n)" : ""));
}

}  // namespace

struct Scoreboard::Layout {
  alignas(64) uint64_t magic = kMagic;
  int32_t threads = 0;
  int32_t thread_bytes = sizeof(ThreadBoard);
  int64_t slow_ns = 0;
  WorkerBoard worker;
  // Then `threads` + 1 of ThreadBoard.
  ThreadBoard* boards() { return std::launder(reinterpret_cast<ThreadBoard*>(this + 1)); }
  static size_t Bytes(int threads) { return sizeof(Layout) + (threads + 1) * sizeof(ThreadBoard); }
};

static_assert(std::atomic<int64_t>::is_always_lock_free && sizeof(ThreadBoard) % 64 == 0);

Scoreboard::Scoreboard(int fd, Layout* memory, size_t bytes)
    : fd_(fd),
      memory_(memory),
      bytes_(bytes),
      threads_(memory->threads),
      slow_ns_(memory->slow_ns) {}

std::expected<Scoreboard, std::string> Scoreboard::Create(int threads,
                                                          std::chrono::milliseconds slow) {
  if (threads < 1 || threads > kMostThreads)
    return std::unexpected(fmt::format("scoreboard: threads must be 1 to {}", kMostThreads));
  const int low = memfd_create("fnhost-scoreboard", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (low < 0) return Fault("memfd_create");
  const int fd = fcntl(low, F_DUPFD_CLOEXEC, kLeastFd);
  const int fault = errno;
  close(low);
  errno = fault;
  if (fd < 0) return Fault("dup");
  const size_t bytes = Layout::Bytes(threads);
  void* memory = MAP_FAILED;
  if (ftruncate(fd, static_cast<off_t>(bytes)) == 0 && fcntl(fd, F_ADD_SEALS, kSeals) == 0)
    memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) {
    const auto error = Fault("memory");
    close(fd);
    return error;
  }
  auto* layout = new (memory) Layout;
  layout->threads = threads;
  layout->slow_ns = std::chrono::nanoseconds(slow).count();
  for (int i = 0; i <= threads; ++i) new (layout->boards() + i) ThreadBoard;
  return Scoreboard(fd, layout, bytes);
}

std::expected<Scoreboard, std::string> Scoreboard::Attach(int fd) {
  struct stat file{};
  if (fstat(fd, &file) != 0) return Fault("fstat");
  const auto bytes = static_cast<size_t>(file.st_size);
  if (!S_ISREG(file.st_mode) || bytes < sizeof(Layout) || fcntl(fd, F_GET_SEALS) != kSeals)
    return std::unexpected(std::string("scoreboard: the descriptor is none"));
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return Fault("mmap");
  auto* layout = std::launder(reinterpret_cast<Layout*>(memory));
  if (layout->magic != kMagic || layout->threads < 1 || layout->threads > kMostThreads ||
      layout->thread_bytes != sizeof(ThreadBoard) || Layout::Bytes(layout->threads) != bytes) {
    munmap(memory, bytes);
    return std::unexpected(
        std::string("scoreboard: another layout; the host is of another version"));
  }
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  return Scoreboard(fd, layout, bytes);
}

Scoreboard::Scoreboard(Scoreboard&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      memory_(std::exchange(other.memory_, nullptr)),
      bytes_(other.bytes_),
      threads_(other.threads_),
      slow_ns_(other.slow_ns_) {}

Scoreboard& Scoreboard::operator=(Scoreboard&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  std::swap(threads_, other.threads_);
  std::swap(slow_ns_, other.slow_ns_);
  return *this;
}

Scoreboard::~Scoreboard() {
  CloseFd();
  if (memory_ != nullptr) munmap(memory_, bytes_);
}

void Scoreboard::CloseFd() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

ThreadBoard& Scoreboard::thread(int index) const { return memory_->boards()[index]; }

WorkerBoard& Scoreboard::worker() const { return memory_->worker; }

bool Scoreboard::attached() const { return worker().attached.load(std::memory_order_relaxed) != 0; }

Load Scoreboard::ReadLoad() const {
  Load load;
  load.threads = threads_;
  load.waiting = std::max(0, worker().waiting.load(std::memory_order_relaxed));
  load.connections = std::max(0, worker().connections.load(std::memory_order_relaxed));
  for (int i = 0; i < threads_; ++i) {
    const int64_t since = thread(i).busy_since_ns();
    load.requests += thread(i).begun();
    if (since == 0) continue;
    ++load.busy;
    if (load.oldest_busy_ns == 0 || since < load.oldest_busy_ns) load.oldest_busy_ns = since;
  }
  return load;
}

std::vector<ThreadWork> Scoreboard::ReadThreads() const {
  std::vector<ThreadWork> threads;
  for (int i = 0; i < threads_; ++i) threads.push_back(thread(i).Read());
  return threads;
}

Totals Scoreboard::ReadTotals() const {
  Totals totals;
  for (int i = 0; i <= threads_; ++i) thread(i).AddTo(totals);
  return totals;
}

Counters Scoreboard::ReadCounters() const {
  Counters counters;
  for (int i = 0; i <= threads_; ++i) thread(i).AddTo(counters);
  return counters;
}

}  // namespace host
