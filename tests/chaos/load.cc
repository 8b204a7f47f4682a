#include "tests/chaos/load.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <deque>
#include <sstream>

#include "tests/chaos/client_connection.h"

namespace chaos {
namespace {

using host::SteadyTime;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using Progress = ClientConnection::Progress;

constexpr auto kResendAfter = std::chrono::milliseconds(50);
constexpr auto kLookAround = std::chrono::milliseconds(20);  // for what takes too long
constexpr size_t kFailuresKept = 20;

double Seconds(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

// A client: its connection, and the request that it is about.
struct Client {
  Client(int epoll, size_t at, int port, size_t of)
      : connection(epoll, at, port), index(at), call(of) {}
  ClientConnection connection;
  const size_t index;
  const size_t call;
  bool waits = false;  // for an answer, or to send again
  std::string id;
  std::string text;
  std::string request;
  SteadyTime due;
  SteadyTime resend = SteadyTime::max();
  std::string fault;  // the last one
};

}  // namespace

long CallResult::Count(int status) const {
  const auto at = seconds.find(status);
  return at == seconds.end() ? 0 : static_cast<long>(at->second.size());
}

double CallResult::Seconds(int status, double part) const {
  const auto at = seconds.find(status);
  if (at == seconds.end()) return 0;
  auto times = at->second;
  std::ranges::sort(times);
  return times[static_cast<size_t>(part * static_cast<double>(times.size() - 1))];
}

class Load::Engine {
 public:
  Engine(int port, std::vector<Call> calls, Ledger& ledger, std::atomic<bool>& stop,
         std::atomic<long>& answered)
      : port_(port),
        calls_(std::move(calls)),
        ledger_(ledger),
        stop_(stop),
        answered_(answered),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (size_t i = 0; i < calls_.size(); ++i) {
      results_.push_back({.name = calls_[i].name, .writes = calls_[i].writes});
      next_.push_back(begin_);
      free_.emplace_back();
      for (int n = 0; n < calls_[i].connections; ++n) {
        free_[i].push_back(clients_.size());
        clients_.push_back(std::make_unique<Client>(epoll_.get(), clients_.size(), port_, i));
      }
    }
  }

  void Run() {
    auto look = Clock::now();
    while (!stop_ || waiting_ > 0) {
      if (!stop_) SendDue();
      std::array<epoll_event, 256> events;
      const int count = epoll_wait(epoll_.get(), events.data(), events.size(), WaitMs());
      for (int i = 0; i < count; ++i) {
        Client& client = *clients_[events[static_cast<size_t>(i)].data.u64];
        Handle(client, client.connection.OnReady());
      }
      if (Clock::now() < look) continue;
      look = Clock::now() + kLookAround;
      for (auto& client : clients_) LookAfter(*client);
    }
  }

  std::vector<CallResult> results() { return results_; }

 private:
  int WaitMs() const {
    auto wait = kLookAround;
    if (!stop_) {
      for (size_t i = 0; i < calls_.size(); ++i) {
        if (free_[i].empty()) continue;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_[i] - Clock::now());
        wait = std::clamp(left, std::chrono::milliseconds(0), wait);
      }
    }
    return static_cast<int>(wait.count());
  }

  void SendDue() {
    const auto now = Clock::now();
    for (size_t i = 0; i < calls_.size(); ++i) {
      const double rate = calls_[i].per_second;
      while (!free_[i].empty() && (rate == 0 || next_[i] <= now)) {
        Client& client = *clients_[free_[i].front()];  // in turn, so that each one lives
        free_[i].pop_front();
        Begin(client, rate == 0 ? now : next_[i]);
        if (rate > 0) {
          next_[i] +=
              std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / rate));
        }
      }
    }
  }

  void Begin(Client& client, SteadyTime due) {
    const Call& call = calls_[client.call];
    client.waits = true;
    client.due = due;
    client.fault.clear();
    client.text = call.writes ? ledger_.Next() : "";
    client.id = ledger_.mark() + "-" + std::to_string(++last_id_);
    std::ostringstream request;
    request << call.method << " " << call.path
            << " HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: " << client.id
            << "\r\nX-Sent-Ns: " << Clock::now().time_since_epoch() / 1ns << "\r\n";
    for (const auto& line : call.headers) request << line << "\r\n";
    if (call.insists) request << "Idempotency-Key: " << client.id << "\r\n";
    if (call.writes) {
      const auto body = "text=" + client.text;
      request << "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
              << body.size() << "\r\n\r\n"
              << body;
    } else {
      request << "\r\n";
    }
    client.request = request.str();
    ++results_[client.call].sent;
    ++waiting_;
    Handle(client, client.connection.Send(client.request));
  }

  void Handle(Client& client, Progress progress) {
    if (progress == Progress::kWaiting || !client.waits) return;
    const Call& call = calls_[client.call];
    if (progress == Progress::kAnswered) {
      const auto& answer = client.connection.answer();
      const bool good = call.good.contains(answer.status);
      if (!good) client.fault = std::to_string(answer.status) + " " + answer.body.substr(0, 300);
      if (good || !call.insists || answer.status < 500) return End(client, &answer);
    } else {
      client.fault = client.connection.fault();
      if (!call.insists) return End(client, nullptr);
    }
    client.resend = Clock::now() + kResendAfter;
  }

  // Sends again what has waited long enough; gives up what has waited too long.
  void LookAfter(Client& client) {
    if (!client.waits) return;
    const auto now = Clock::now();
    if (now - client.due > kPatience) {
      client.fault = "gave up after " + std::to_string(kPatience.count()) + " s; " + client.fault;
      client.connection.Close();
      return End(client, nullptr);
    }
    if (client.resend > now) return;
    client.resend = SteadyTime::max();
    client.fault.clear();
    ++results_[client.call].resent;
    Handle(client, client.connection.Send(client.request));
  }

  void End(Client& client, const HttpAnswer* answer) {
    const auto now = Clock::now();
    auto& result = results_[client.call];
    if (!client.fault.empty()) {
      ++result.failed;
      if (result.failures.size() < kFailuresKept) {
        std::ostringstream line;
        line.precision(3);
        line << std::fixed << result.name << " at " << Seconds(begin_, now) << " s after "
             << Seconds(client.due, now) << " s: " << client.fault << " (request id " << client.id
             << (client.text.empty() ? "" : ", text ") << client.text << ")";
        result.failures.push_back(line.str());
      }
    } else if (!client.text.empty()) {
      ledger_.Acknowledged(client.text);
    }
    if (answer != nullptr) {
      result.seconds[answer->status].push_back(Seconds(client.due, now));
      ++result.served_by[answer->Header("x-served-by")];
      if (answer->status == 503 && answer->Header("retry-after").empty()) ++result.bare_refusals;
    }
    client.waits = false;
    client.resend = SteadyTime::max();
    free_[client.call].push_back(client.index);
    --waiting_;
    ++answered_;
  }

  const int port_;
  const std::vector<Call> calls_;
  Ledger& ledger_;
  std::atomic<bool>& stop_;
  std::atomic<long>& answered_;
  const host::Fd epoll_;
  const SteadyTime begin_ = Clock::now();
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::deque<size_t>> free_;  // clients without a request, by call
  std::vector<SteadyTime> next_;          // when a request is due, by call
  std::vector<CallResult> results_;
  long waiting_ = 0;
  long last_id_ = 0;
};

Load::Load(int port, std::vector<Call> calls, Ledger& ledger)
    : engine_(std::make_unique<Engine>(port, std::move(calls), ledger, stop_, answered_)),
      thread_([this] { engine_->Run(); }) {}

Load::~Load() { Stop(); }

std::vector<CallResult> Load::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  return engine_->results();
}

}  // namespace chaos
