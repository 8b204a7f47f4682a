#include "host/revisions/identity.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "host/supervisor/fd.h"

namespace host {
namespace {

constexpr std::string_view kMarker = "fnhost-sdk-1";
constexpr char kTooLarge[] = "is larger than 1 GiB";
constexpr size_t kNameDigits = 12;
constexpr size_t kChunk = 256 << 10;

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    Require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void Add(std::string_view bytes) {
    Require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  std::string Hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    Require(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
  }

 private:
  static void Require(bool good) {
    if (!good) throw std::runtime_error("OpenSSL: SHA-256 does not work here");
  }

  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Finds the marker in what comes in pieces, also across two of them.
class MarkerSearch {
 public:
  void Add(std::string_view bytes) {
    if (found_) return;
    const std::string seam = tail_ + std::string(bytes.substr(0, kMarker.size() - 1));
    found_ = seam.find(kMarker) != std::string::npos || bytes.find(kMarker) != bytes.npos;
    // Pieces may be shorter than the marker: the tail grows from several.
    const std::string_view last = bytes.size() >= kMarker.size() ? bytes : std::string_view(seam);
    tail_ = last.substr(last.size() - std::min(last.size(), kMarker.size() - 1));
  }
  bool found() const { return found_; }

 private:
  std::string tail_;
  bool found_ = false;
};

std::unexpected<std::string> Fault(const std::string& what) {
  return std::unexpected("the binary " + what);
}

// Calls `piece` with each piece until there is none or it says false.
std::expected<void, std::string> ReadAll(int fd,
                                         const std::function<bool(std::string_view)>& piece) {
  struct stat file{};
  if (fstat(fd, &file) != 0) return Fault(fmt::format("cannot be read: {}", std::strerror(errno)));
  if (!S_ISREG(file.st_mode)) return Fault("is no regular file");
  if (file.st_size == 0) return Fault("is empty");
  if (static_cast<size_t>(file.st_size) > kMostBinaryBytes) return Fault(kTooLarge);
  std::vector<char> buffer(kChunk);
  for (size_t at = 0;;) {
    const ssize_t size = pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(at));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Fault(fmt::format("cannot be read: {}", std::strerror(errno)));
    if (size == 0) return {};
    at += size;
    if (at > kMostBinaryBytes) return Fault(kTooLarge);  // it grew
    if (!piece({buffer.data(), static_cast<size_t>(size)})) return {};
  }
}

}  // namespace

std::expected<Identity, std::string> Identify(int binary, std::string_view manifest) {
  Sha256 hash;
  MarkerSearch marker;
  const auto read = ReadAll(binary, [&](std::string_view bytes) {
    hash.Add(bytes);
    marker.Add(bytes);
    return true;
  });
  if (!read) return std::unexpected(read.error());
  hash.Add(manifest);
  return Identity{.name = hash.Hex().substr(0, kNameDigits), .sdk = marker.found()};
}

std::expected<Identity, std::string> Identify(const std::string& binary,
                                              std::string_view manifest) {
  const Fd fd(open(binary.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return std::unexpected(fmt::format("{}: {}", binary, std::strerror(errno)));
  auto identity = Identify(fd.get(), manifest);
  if (!identity) return std::unexpected(binary + ": " + identity.error());
  return identity;
}

bool IsSdkProgram(const std::string& binary) {
  const Fd fd(open(binary.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  MarkerSearch marker;
  return fd &&
         ReadAll(fd.get(),
                 [&](std::string_view bytes) {
                   marker.Add(bytes);
                   return !marker.found();
                 }) &&
         marker.found();
}

bool IsRevisionName(std::string_view text) {
  return text.size() == kNameDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace host
