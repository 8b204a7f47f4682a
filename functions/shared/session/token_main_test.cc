// The command `token`, run as ./dev runs it.

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>

#include "functions/shared/session/token.h"

namespace {

struct Outcome {
  int exit_code;
  std::string out;
};

Outcome Run(const std::string& arguments) {
  FILE* pipe = popen(("functions/shared/session/token " + arguments + " 2>/dev/null").c_str(), "r");
  std::string out;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
  const int status = pclose(pipe);
  return {WEXITSTATUS(status), out};
}

std::string Temporary(const std::string& name) {
  static const std::string folder = [] {
    std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/keysXXXXXX";
    return std::string(mkdtemp(path.data()));
  }();
  return folder + "/" + name;
}

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int Mode(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_token_signed_with_a_new_key_passes_with_its_public_half) {
  for (const std::string algorithm : {"ES256", "RS256", "EdDSA"}) {
    const auto key = Temporary(algorithm + ".pem");
    const auto pub = Temporary(algorithm + "-public.pem");
    BOOST_TEST(Run("keygen --algorithm " + algorithm + " --private " + key + " --public " + pub)
                   .exit_code == 0);
    BOOST_TEST(Mode(key) == 0600);
    BOOST_TEST(Mode(pub) == 0644);
    const auto signed_token =
        Run("sign --private-key-file " + key +
            " --issuer i --user-id 5 --username 'de mo' --scopes 'profile admin'");
    BOOST_TEST(signed_token.exit_code == 0);
    BOOST_REQUIRE(signed_token.out.ends_with("\n"));
    const auto token = signed_token.out.substr(0, signed_token.out.size() - 1);
    const session::KeySet keys(session::Key::FromPublicPem(Read(pub), pub));
    const auto claims =
        session::Check(token, session::TokenKind::kSession, keys, "i", std::time(nullptr));
    BOOST_REQUIRE(claims.has_value());
    BOOST_TEST(claims->user_id == 5);
    BOOST_TEST(claims->username == "de mo");
    BOOST_TEST(claims->scopes.size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(keygen_never_replaces_a_file) {
  const auto key = Temporary("once.pem");
  const auto pub = Temporary("once-public.pem");
  BOOST_TEST(Run("keygen --private " + key + " --public " + pub).exit_code == 0);
  const auto before = Read(key);
  BOOST_TEST(Run("keygen --private " + key + " --public " + pub).exit_code == 1);
  BOOST_TEST(Run("keygen --private " + key + " --public " + Temporary("other.pem")).exit_code == 1);
  BOOST_TEST(Read(key) == before);
  BOOST_TEST(Mode(Temporary("other.pem")) == -1);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_2_and_a_failure_is_1) {
  BOOST_TEST(Run("").exit_code == 2);
  BOOST_TEST(Run("sign --issuer i --user-id 1 --username u").exit_code == 2);
  BOOST_TEST(Run("keygen --algorithm none --private a --public b").exit_code == 2);
  BOOST_TEST(
      Run("sign --private-key-file /nowhere --issuer i --user-id 1 --username u").exit_code == 1);
  BOOST_TEST(Run("--help").exit_code == 0);
  BOOST_TEST(Run("--help").out.find("Examples:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_public_half_of_a_private_key_is_found_in_a_folder) {
  const auto folder = Temporary("match");
  BOOST_REQUIRE(mkdir(folder.c_str(), 0700) == 0);
  for (const std::string number : {"1", "2", "10"}) {
    Run("keygen --private " + Temporary("match-" + number) + " --public " + folder + "/" + number +
        ".pem");
  }
  const auto match = [&](const std::string& number) {
    return Run("match --private-key-file " + Temporary("match-" + number) + " --public-dir " +
               folder);
  };
  BOOST_TEST(match("2").out == "2.pem\n");
  BOOST_TEST(match("10").out == "10.pem\n");
  unlink((folder + "/2.pem").c_str());
  BOOST_TEST(match("2").exit_code == 1);
}
