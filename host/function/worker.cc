#include "host/function/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "host/function/loop.h"
#include "host/wire/fastcgi_connection.h"

namespace host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A drained worker leaves when no request has come for this long: NGINX may have chosen one of its
// kept connections just before it learnt that it closes.
constexpr milliseconds kQuiet{150};
// A connection that was accepted last brings a request, or one is half there: it gets more.
constexpr milliseconds kOwed{1000};

constexpr char kUsage[] =
    "This is a function: a worker that serves FastCGI or uwsgi on the listening socket it gets "
    "as descriptor 0.\n"
    "Start it with `fnhost run`, which sets FNHOST_FUNCTION, FNHOST_THREADS and the rest.\n";

long Number(const Config& config, const std::string& name, long least, long most, long otherwise) {
  const auto text = config.Find(name);
  if (!text) return otherwise;
  long value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
    throw std::runtime_error(name + " must be a number from " + std::to_string(least) + " to " +
                             std::to_string(most));
  }
  return value;
}

wire::Protocol ProtocolOf(const Config& config) {
  const std::string name = config.Find("FNHOST_PROTOCOL").value_or("fastcgi");
  if (name == "fastcgi") return wire::Protocol::kFastcgi;
  if (name == "uwsgi") return wire::Protocol::kUwsgi;
  throw std::runtime_error("FNHOST_PROTOCOL must be \"fastcgi\" or \"uwsgi\", not \"" + name +
                           "\"");
}

LoopSettings Settings(const Config& config) {
  LoopSettings settings;
  settings.protocol = ProtocolOf(config);
  settings.threads = static_cast<int>(Number(config, "FNHOST_THREADS", 1, 512, 8));
  settings.body_bytes = Number(config, "FNHOST_BODY_BYTES", 0, 1L << 30, 65536);
  settings.timeout = milliseconds(Number(config, "FNHOST_TIMEOUT_MS", 1, 3'600'000, 5000));
  return settings;
}

void PrepareListener() {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    throw std::invalid_argument("descriptor 0 is no listening socket");
  }
  fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
  setrlimit(RLIMIT_NOFILE, &files);
}

// A request waits for this worker (or another one) to start.
bool SomebodyWaits() {
  pollfd listener{0, POLLIN, 0};
  return poll(&listener, 1, 0) == 1;
}

std::unique_ptr<db::Pool> MakePool(const Config& config, const LoopSettings& settings,
                                   const Log& log) {
  if (!config.Find("DATABASE_URL_FILE")) return nullptr;
  // PostgreSQL gives a statement up before the request's deadline does.
  const auto statement_timeout = settings.timeout * 9 / 10;
  auto pool = std::make_unique<db::Pool>(
      db::ConnectionSettings{.conninfo = config.FileText("DATABASE_URL_FILE"),
                             .name = config.Find("FNHOST_FUNCTION").value_or("function"),
                             .statement_timeout_ms = static_cast<int>(statement_timeout.count())},
      settings.threads, log);
  if (SomebodyWaits()) pool->ConnectAhead();
  return pool;
}

// The supervisor's scoreboard, or a private one when there is none: the loop needs its numbers too.
Scoreboard Board(const Config& config, const LoopSettings& settings, const Log& log) {
  const long fd = Number(config, "FNHOST_SCOREBOARD_FD", 3, 1 << 20, -1);
  if (fd >= 0) {
    auto board = Scoreboard::Attach(static_cast<int>(fd));
    if (board && board->threads() == settings.threads) {
      board->worker().attached = 1;
      return *std::move(board);
    }
    log.Warning("the supervisor cannot see this worker's load",
                {{"error", board ? "the scoreboard is made for another number of threads"
                                 : board.error().c_str()}});
  }
  auto board = Scoreboard::Create(settings.threads);
  if (!board) throw std::runtime_error(board.error());
  return *std::move(board);
}

void SayReady(const Config& config) {
  const long fd = Number(config, "FNHOST_READY_FD", 3, 1 << 20, -1);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = write(static_cast<int>(fd), "R", 1);
  close(static_cast<int>(fd));
}

// Waits for SIGTERM (or SIGINT, at a terminal).
void WaitForTheEnd(int signal_fd) {
  pollfd waiting{signal_fd, POLLIN, 0};
  while (poll(&waiting, 1, -1) <= 0) {
  }
}

// Returns when nothing is in flight and nothing has come for a while. The supervisor limits how
// long that may take.
void Drain(Loop& loop) {
  loop.StopAccepting();
  int64_t taken = loop.load().requests;
  auto quiet_since = steady_clock::now();
  for (Load load = loop.load(); load.connections > 0; load = loop.load()) {
    poll(nullptr, 0, 10);
    const auto now = steady_clock::now();
    const bool came = std::exchange(taken, load.requests) != load.requests;
    if (came || load.busy > 0 || load.waiting > 0) quiet_since = now;
    if (now - quiet_since >= (loop.owed() ? kOwed : kQuiet)) break;
  }
}

int Serve(const Handler& handler) {
  const Config config;
  const Log log(config.Find("FNHOST_FUNCTION").value_or("function"),
                config.Find("FNHOST_REVISION").value_or(""));
  try {
    PrepareListener();
    // Blocked before any thread starts, so that only the descriptor below hears them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    wire::FastcgiConnection::InitLibrary();
    const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);

    const LoopSettings settings = Settings(config);
    const Clock clock;
    Process process{.function = config.Find("FNHOST_FUNCTION").value_or("function"),
                    .scope = config.Find("FNHOST_SCOPE").value_or(""),
                    .config = config,
                    .clock = clock,
                    .log = log,
                    .pool = MakePool(config, settings, log),
                    .shared_mutex = {},
                    .shared = {}};
    Loop loop(settings, process, Board(config, settings, log), handler);
    loop.Start();
    SayReady(config);
    WaitForTheEnd(signal_fd);
    Drain(loop);
    loop.Stop();
    return 0;
  } catch (const std::exception& error) {
    log.Error("worker cannot start", {{"error", error.what()}});
    return 1;
  }
}

}  // namespace

int RunWorker(int argc, char** argv, Handler handler) {
  if (argc > 1) {
    const bool help = std::string_view(argv[1]) == "--help";
    std::fputs(kUsage, help ? stdout : stderr);
    return help ? 0 : 2;
  }
  return Serve(handler);
}

}  // namespace host
