// token: makes session keys and tells which one signs; makes tokens for development.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#include "functions/shared/session/token.h"
#include "functions/shared/session/uuid7.h"

namespace {

using session::Algorithm;
using session::Key;

constexpr char kAbout[] = R"(Make keys that sign session tokens, and tokens for development.

Examples:
  token keygen --private keys/session-private.pem --public keys/public/1.pem
  token keygen --algorithm EdDSA --private new.pem --public keys/public/2.pem
  token sign --private-key-file keys/session-private.pem --issuer http://localhost:8080 \
      --user-id 1 --username demo --scopes "thoughts:read thoughts:write profile")";

std::string Problem(const std::string& path) { return path + ": " + std::strerror(errno); }

// A file with all of `text`, or none: no reader sees half of it, and a file that is there is never
// replaced.
void WriteNew(const std::string& path, const std::string& text, mode_t mode) {
  const std::string draft = path + "." + std::to_string(getpid()) + ".new";
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) throw std::runtime_error(Problem(draft));
  const bool written = fchmod(fd, mode) == 0 &&
                       write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(fd) == 0;
  const bool good = written && link(draft.c_str(), path.c_str()) == 0;
  const std::string problem = good ? "" : Problem(path);
  close(fd);
  unlink(draft.c_str());
  if (!good) throw std::runtime_error(problem);
}

void Keygen(Algorithm algorithm, const std::string& private_path, const std::string& public_path) {
  for (const std::string& path : {private_path, public_path}) {
    if (access(path.c_str(), F_OK) == 0) {
      throw std::runtime_error(path +
                               " exists: tokens signed with it would be lost, remove it yourself");
    }
  }
  const Key key = Key::Generate(algorithm);
  // The public half first: nobody signs before others can check.
  WriteNew(public_path, key.PublicPem(), 0644);
  try {
    WriteNew(private_path, key.PrivatePem(), 0600);
  } catch (...) {
    unlink(public_path.c_str());
    throw;
  }
  std::fprintf(stderr, "token: wrote %s and %s, key id %s\n", private_path.c_str(),
               public_path.c_str(), key.id().c_str());
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(Problem(path));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Key SigningKey(const std::string& private_path, const std::string& secret_path) {
  if (!private_path.empty()) return Key::FromPrivatePem(ReadFile(private_path), private_path);
  std::string secret = ReadFile(secret_path);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  return Key::FromSecret(secret, secret_path);
}

// The file of `folder` that holds the public half of the private key.
std::string FileOf(const Key& key, const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".pem") continue;
    for (const Key& each : Key::FromPublicPem(ReadFile(entry.path()), entry.path())) {
      if (each.id() == key.id()) return entry.path().filename();
    }
  }
  throw std::runtime_error(folder + ": none of its keys is that one's public half");
}

int64_t UnixMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kAbout, "token");
  app.require_subcommand(1);

  const std::map<std::string, Algorithm> algorithms{
      {"ES256", Algorithm::kEs256}, {"RS256", Algorithm::kRs256}, {"EdDSA", Algorithm::kEdDsa}};
  auto& keygen = *app.add_subcommand("keygen", "Make a key pair; never replaces a file");
  std::string algorithm = "ES256";
  std::string private_path;
  std::string public_path;
  keygen.add_option("--algorithm", algorithm, "ES256 (default), RS256 or EdDSA")
      ->check(CLI::IsMember({"ES256", "RS256", "EdDSA"}));
  keygen.add_option("--private", private_path, "new file of mode 0600")->required();
  keygen.add_option("--public", public_path, "new file of mode 0644")->required();

  auto& sign = *app.add_subcommand("sign", "Print a session token");
  std::string key_path;
  std::string secret_path;
  std::string scopes = "thoughts:read thoughts:write profile";
  session::Claims claims;
  int64_t seconds = session::kSessionSeconds;
  auto* from_key = sign.add_option("--private-key-file", key_path, "PEM file");
  auto* from_secret = sign.add_option("--secret-file", secret_path, "shared secret (HS256)");
  from_key->excludes(from_secret);
  sign.add_option("--issuer", claims.issuer, "what SESSION_ISSUER says")->required();
  sign.add_option("--user-id", claims.user_id)->required()->check(CLI::PositiveNumber);
  sign.add_option("--username", claims.username)->required();
  sign.add_option("--scopes", scopes, "separated by spaces")->capture_default_str();
  sign.add_option("--seconds", seconds, "life of the token")->capture_default_str();

  auto& match = *app.add_subcommand("match", "Print which file holds a key's public half");
  std::string folder;
  match.add_option("--private-key-file", key_path, "PEM file")->required();
  match.add_option("--public-dir", folder, "folder of *.pem files")->required();

  try {
    app.parse(argc, argv);
    if (sign.parsed() && key_path.empty() && secret_path.empty()) {
      throw CLI::RequiredError("--private-key-file or --secret-file");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    if (keygen.parsed()) {
      Keygen(algorithms.at(algorithm), private_path, public_path);
      return 0;
    }
    if (match.parsed()) {
      std::printf("%s\n", FileOf(SigningKey(key_path, ""), folder).c_str());
      return 0;
    }
    const int64_t now_ms = UnixMs();
    claims.issued_s = now_ms / 1000;
    claims.expires_s = claims.issued_s + seconds;
    claims.id = session::MakeUuid7(now_ms);
    std::istringstream words(scopes);
    claims.scopes = {std::istream_iterator<std::string>(words), {}};
    const Key key = SigningKey(key_path, secret_path);
    std::printf("%s\n", session::Sign(claims, session::TokenKind::kSession, key).c_str());
    return std::fflush(stdout) == 0 ? 0 : 1;
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "token: %s\n", error.what());
    return 1;
  }
}
