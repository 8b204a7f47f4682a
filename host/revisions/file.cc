#include "host/revisions/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "host/supervisor/fd.h"

namespace host {
namespace {

using Done = std::expected<void, std::string>;

Fd Create(const std::string& path, unsigned mode) {
  return Fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

// By the kernel, as far as it can: it stops with an error when both files are of kinds that it
// cannot copy between, and then the rest is read and written.
bool CopyAll(int from, int to) {
  off_t at = 0;
  ssize_t size = 0;
  while ((size = copy_file_range(from, &at, to, nullptr, size_t{1} << 30, 0)) > 0) continue;
  if (size < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO)) return false;
  std::vector<char> buffer(256 << 10);
  for (;;) {
    size = pread(from, buffer.data(), buffer.size(), at);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return size == 0;
    if (!WriteAll(to, {buffer.data(), static_cast<size_t>(size)})) return false;
    at += size;
  }
}

// Mode as asked whatever the umask, and on the disk.
Done Finish(const Fd& fd, const std::string& path, unsigned mode) {
  if (fchmod(fd.get(), mode) != 0 || fsync(fd.get()) != 0) return FileFault(path, errno);
  return {};
}

}  // namespace

std::unexpected<std::string> FileFault(const std::string& path, int error) {
  std::string line = fmt::format("{}: {}", path, std::strerror(error));
  if (error == ENOSPC || error == EDQUOT) line += "; make room there";
  if (error == EACCES || error == EPERM || error == EROFS) {
    line += "; give this user the right to write there, or choose another \"state_dir\"";
  }
  if (error == EMFILE || error == ENFILE) line += "; raise the limit of open files (ulimit -n)";
  return std::unexpected(line);
}

Done WriteFile(const std::string& path, std::string_view text, unsigned mode) {
  const Fd fd = Create(path, mode);
  if (!fd || !WriteAll(fd.get(), text)) return FileFault(path, errno);
  return Finish(fd, path, mode);
}

Done ReplaceFile(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());
  auto done = WriteFile(fresh, text);
  if (done && rename(fresh.c_str(), path.c_str()) != 0) done = FileFault(path, errno);
  if (!done) {
    unlink(fresh.c_str());
    return done;
  }
  return SyncFolder(path.substr(0, path.rfind('/')));
}

Done CopyFile(int from, const std::string& path, unsigned mode) {
  const Fd fd = Create(path, mode);
  if (!fd || !CopyAll(from, fd.get())) return FileFault(path, errno);
  return Finish(fd, path, mode);
}

Done SyncFolder(const std::string& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) return FileFault(path, errno);
  return {};
}

std::expected<std::string, std::string> ReadFile(const std::string& path, size_t most) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return FileFault(path, errno);
  std::string text;
  char buffer[16384];
  for (;;) {
    const ssize_t size = read(fd.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return FileFault(path, errno);
    if (size == 0) return text;
    text.append(buffer, size);
    if (text.size() > most) return std::unexpected(path + ": is too large");
  }
}

}  // namespace host
