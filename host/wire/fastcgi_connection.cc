#include "host/wire/fastcgi_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "host/wire/socket.h"

namespace host::wire {
namespace {

constexpr uint8_t kEndRequest = 3;
constexpr uint8_t kStdout = 6;
constexpr uint8_t kGetValues = 9;
constexpr uint8_t kGetValuesResult = 10;
constexpr uint8_t kUnknownType = 11;

std::string Record(uint8_t type, uint16_t id, std::string_view content) {
  std::string record = {1,
                        static_cast<char>(type),
                        static_cast<char>(id >> 8),
                        static_cast<char>(id),
                        static_cast<char>(content.size() >> 8),
                        static_cast<char>(content.size()),
                        0,
                        0};
  record += content;
  return record;
}

// Names and values of one byte length, as GET_VALUES has them (section 4.1).
std::string ValuesResult(std::string_view asked) {
  std::string content;
  for (const auto& [name, value] :
       {std::pair<std::string_view, std::string_view>{"FCGI_MAX_CONNS", "1024"},
        {"FCGI_MAX_REQS", "1024"},
        {"FCGI_MPXS_CONNS", "0"}}) {
    if (asked.find(name) == std::string_view::npos) continue;
    content += static_cast<char>(name.size());
    content += static_cast<char>(value.size());
    content += name;
    content += value;
  }
  return Record(kGetValuesResult, 0, content);
}

}  // namespace

void FastcgiConnection::InitLibrary() {
  if (FCGX_Init() != 0) throw std::runtime_error("libfcgi does not start");
  // libfcgi's handlers would set a flag that ends one thread per signal; ours are the host's.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGUSR1, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

void FastcgiConnection::Open(int fd, int io_timeout_ms) {
  FCGX_InitRequest(&request_, -1, 0);
  request_.ipcFd = fd;
  request_.keepConnection =
      1;  // before the first FCGX_Accept_r, whose leading Finish would close the descriptor
  discards_ = false;
  used_ = false;
  SetTimeouts(fd, io_timeout_ms);
}

void FastcgiConnection::Close() {
  if (!open()) return;
  const int fd = request_.ipcFd;
  request_.ipcFd = -1;
  FCGX_Free(&request_, 0);
  close(fd);
}

Connection::State FastcgiConnection::Look(std::span<char> scratch, bool ask_if_gone) {
  if (discards_ && open() && Discard(request_.ipcFd)) return State::kPartial;
  while (open() && !discards_) {
    const ssize_t size = Peek(request_.ipcFd, scratch);
    if (size < 0) return used_ ? State::kIdle : State::kPartial;
    if (size == 0) break;
    const Check check = CheckFastcgi({scratch.data(), static_cast<size_t>(size)});
    if (check.verdict == Verdict::kMore && !PeerIsGone(request_.ipcFd)) return State::kPartial;
    if (check.verdict == Verdict::kMore) break;
    if (check.verdict == Verdict::kRefuse) break;
    if (check.verdict == Verdict::kRequest) {
      if (ask_if_gone && PeerIsGone(request_.ipcFd)) break;
      used_ = true;
      whole_ = check.whole;
      keep_ = !check.trailing;
      return State::kRequest;
    }
    if (check.verdict == Verdict::kTooLarge) {
      // Taken off, so that closing does not reset the connection before the answer is read.
      recv(request_.ipcFd, scratch.data(), kPeekBytes, MSG_DONTWAIT);
      refused_id_ = check.id;
      return State::kTooLarge;
    }
    used_ = true;
    TakeManagement(check);
  }
  Close();
  return State::kClosed;
}

void FastcgiConnection::Refuse(const std::string& text) {
  SendNow(request_.ipcFd, Record(kStdout, refused_id_, text) + Record(kStdout, refused_id_, "") +
                              Record(kEndRequest, refused_id_, std::string(8, '\0')));
  Close();
}

void FastcgiConnection::TakeManagement(const Check& check) {
  std::string record;
  if (!Take(check.bytes, record)) return Close();
  if (check.verdict == Verdict::kAbort) {
    if (check.id != 0) SendNow(request_.ipcFd, Record(kEndRequest, check.id, std::string(8, '\0')));
  } else if (check.type == kGetValues) {
    SendNow(request_.ipcFd, ValuesResult(record));
  } else {
    SendNow(request_.ipcFd,
            Record(kUnknownType, 0,
                   std::string(1, static_cast<char>(check.type)) + std::string(7, '\0')));
  }
}

bool FastcgiConnection::Take(size_t bytes, std::string& into) {
  into.resize(bytes);  // peeked before, so there already
  return recv(request_.ipcFd, into.data(), bytes, MSG_DONTWAIT) == static_cast<ssize_t>(bytes);
}

std::optional<Connection::Incoming> FastcgiConnection::ReadHead() {
  if (FCGX_Accept_r(&request_) != 0) {
    Close();
    return std::nullopt;
  }
  keep_ = keep_ && request_.keepConnection != 0;
  request_.keepConnection = 1;  // closing is ours: libfcgi's close may linger for seconds
  std::vector<std::string_view> pairs;
  for (char** pair = request_.envp; *pair != nullptr; ++pair) pairs.emplace_back(*pair);
  const char* request_id = FCGX_GetParam("REQUEST_ID", request_.envp);
  return Incoming{wire::ReadHead(pairs), {}, request_id == nullptr ? "" : request_id};
}

std::optional<Connection::Incoming> FastcgiConnection::Drop() {
  auto incoming = ReadHead();
  if (!incoming) return std::nullopt;
  discards_ = !whole_;
  char piece[16384];
  while (whole_ && FCGX_GetStr(piece, sizeof piece, request_.in) == sizeof piece) {
  }
  return incoming;
}

std::optional<Connection::Incoming> FastcgiConnection::Read(long body_limit, SteadyTime deadline) {
  auto incoming = ReadHead();
  if (!incoming) return std::nullopt;
  const long claimed = incoming->head ? incoming->head->content_length : 0;
  if (claimed > 0 && claimed <= body_limit) incoming->body.reserve(claimed);
  long total = 0;
  char piece[16384];
  for (;;) {
    const int size = FCGX_GetStr(piece, sizeof piece, request_.in);
    total += size;
    if (total <= body_limit) incoming->body.append(piece, size);
    if (size < static_cast<int>(sizeof piece)) break;  // the end of the body, or of the peer
    if (total > body_limit + kMaxDiscardBytes || std::chrono::steady_clock::now() > deadline) {
      keep_ = false;
      break;
    }
  }
  if (FCGX_GetError(request_.in) != 0) {
    Close();
    return std::nullopt;
  }
  if (!incoming->head) return incoming;
  if (auto problem = CheckBody(claimed, total, body_limit)) {
    incoming->head = std::unexpected(*std::move(problem));
  }
  return incoming;
}

void FastcgiConnection::Answer(const std::string& text, bool keep) {
  FCGX_PutStr(text.data(), static_cast<int>(text.size()), request_.out);
  const bool sent = FCGX_GetError(request_.out) == 0;
  FCGX_Finish_r(&request_);
  if (sent && discards_) {
    shutdown(request_.ipcFd, SHUT_WR);
    return;
  }
  if (!sent || !keep || !keep_) Close();
}

}  // namespace host::wire
