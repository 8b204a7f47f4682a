#include "host/routing/nginx_site.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/supervisor/fd.h"

namespace host {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr auto kLookEvery = std::chrono::milliseconds(20);
constexpr auto kCheckLimit = std::chrono::seconds(20);
constexpr char kNginx[] = "/usr/sbin/nginx";  // not in a plain user's PATH

std::string ReadFrom(const std::string& file, size_t offset) {
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

size_t SizeOf(const std::string& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

std::optional<std::string> Fault(const std::string& file) {
  return fmt::format("{}: cannot write: {}", file, std::strerror(errno));
}

std::optional<std::string> Write(const std::string& file, const std::string& text) {
  unlink(file.c_str());
  const Fd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(fd.get()) != 0) {
    return Fault(file);
  }
  return std::nullopt;
}

// `to` becomes another name of `from`'s file, in one step.
std::optional<std::string> Name(const std::string& from, const std::string& to) {
  const std::string between = to + ".tmp";
  unlink(between.c_str());
  if (link(from.c_str(), between.c_str()) != 0 || rename(between.c_str(), to.c_str()) != 0) {
    return Fault(to);
  }
  return std::nullopt;
}

// NGINX's reason among the lines it wrote, without time and process; "" when there is none.
std::string LastEmergency(const std::string& text) {
  constexpr std::string_view kMark = "[emerg] ";
  const size_t at = text.rfind(kMark);
  if (at == std::string::npos) return "";
  std::string line = text.substr(at + kMark.size());
  line.erase(std::min(line.find('\n'), line.size()));
  if (const size_t process = line.find('#'); process != std::string::npos) {
    if (const size_t colon = line.find(": ", process); colon < process + 12) {
      line.erase(0, colon + 2);
    }
  }
  return line;
}

}  // namespace

NginxSite::NginxSite(EventLoop& loop, Settings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      file_(settings_.prefix + "/nginx.conf"),
      fresh_(file_ + ".new"),
      old_(file_ + ".old") {}

NginxSite::~NginxSite() { loop_.Cancel(timer_); }

void NginxSite::Apply(std::vector<Manifest> manifests, Done done) {
  manifests_ = std::move(manifests);
  waiting_.push_back(std::move(done));
  if (busy_ || timer_ != 0) return;
  timer_ = loop_.At(steady_clock::now() + settings_.debounce, [this] {
    timer_ = 0;
    Begin();
  });
}

void NginxSite::Begin() {
  busy_ = true;
  served_ = std::move(waiting_);
  waiting_.clear();
  std::string text;
  try {
    text = settings_.render(manifests_);
  } catch (const std::invalid_argument& fault) {
    return Finish(fault.what());
  }
  // A file of that name was left by a change that did not come to its end: NGINX may not have it.
  if (access(fresh_.c_str(), F_OK) != 0 && ReadFrom(file_, 0) == text) return Finish(std::nullopt);
  Check(text);
}

void NginxSite::Check(const std::string& text) {
  if (auto fault = Write(fresh_, text)) return Finish(fault);
  const std::string nginx = access(kNginx, X_OK) == 0 ? kNginx : "nginx";
  auto program =
      RunProgram(loop_, {nginx, "-t", "-q", "-e", "stderr", "-p", settings_.prefix, "-c", fresh_},
                 [this](const ProgramEnd& end) { Checked(end); }, {.deadline = kCheckLimit});
  if (!program) {
    unlink(fresh_.c_str());
    return Finish(program.error());
  }
  program_ = *std::move(program);
}

void NginxSite::Checked(const ProgramEnd& end) {
  program_.reset();
  if (end.ok()) return Swap();
  unlink(fresh_.c_str());
  const std::string reason = LastEmergency(end.text);
  Finish("NGINX refuses the new configuration: " + (end.timed_out ? "no answer of nginx -t in time"
                                                    : reason.empty() ? end.text
                                                                     : reason));
}

void NginxSite::Swap() {
  if (access(file_.c_str(), F_OK) == 0) {
    if (auto fault = Name(file_, old_)) return Finish(fault);
  }
  if (auto fault = Name(fresh_, file_)) return Finish(fault);
  master_ = NginxMaster::Find(settings_.prefix + "/nginx.pid");
  if (!master_) {
    unlink(fresh_.c_str());
    return Finish(std::nullopt);
  }
  log_size_ = SizeOf(settings_.prefix + "/error.log");
  deadline_ = steady_clock::now() + settings_.take_over;
  Reload();
}

void NginxSite::Reload() {
  before_ = master_->Workers();
  if (before_.empty() && steady_clock::now() < deadline_) {  // it is just starting
    return Later(&NginxSite::Reload);
  }
  if (const auto sent = master_->Reload(); !sent) return Restore(sent.error());
  ++reloads_;
  Watch();
}

// The new generation is there when the old one has begun to leave.
void NginxSite::Watch() {
  const auto now = master_->Workers();
  const bool left = std::ranges::none_of(before_, [&](pid_t pid) { return now.contains(pid); });
  if (left && !now.empty()) {
    unlink(fresh_.c_str());
    return Finish(std::nullopt);
  }
  if (!master_->alive()) return Restore("NGINX ended while it was to take the new configuration");
  if (steady_clock::now() > deadline_) {
    const auto reason = LastEmergency(ReadFrom(settings_.prefix + "/error.log", log_size_));
    return Restore(fmt::format("NGINX did not take the new configuration in {} ms{}",
                               settings_.take_over.count(), reason.empty() ? "" : ": " + reason));
  }
  Later(&NginxSite::Watch);
}

void NginxSite::Later(void (NginxSite::*step)()) {
  timer_ = loop_.At(steady_clock::now() + kLookEvery, [this, step] {
    timer_ = 0;
    (this->*step)();
  });
}

void NginxSite::Restore(const std::string& why) {
  // Without an old file the new one stays, marked as not taken.
  std::optional<std::string> fault;
  if (access(old_.c_str(), F_OK) == 0) {
    fault = Name(old_, file_);
    if (!fault) unlink(fresh_.c_str());
  }
  Finish(fault ? why + "; and " + *fault : why);
}

void NginxSite::Finish(const std::optional<std::string>& why) {
  master_.reset();
  busy_ = false;
  const auto served = std::move(served_);
  served_.clear();
  if (!waiting_.empty()) {
    timer_ = loop_.At(steady_clock::now(), [this] {
      timer_ = 0;
      Begin();
    });
  }
  for (const auto& done : served) done(why);  // last: it may destroy us
}

}  // namespace host
