// hash_password: reads a password from standard input and prints its hash, for who fills the users
// table by hand.

#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "functions/shared/accounts/password_hash.h"
#include "functions/shared/accounts/rules.h"

int main(int argc, char** argv) {
  if (argc > 1) {
    const bool help = std::strcmp(argv[1], "--help") == 0;
    std::fputs(
        "Print the hash of the password on standard input; its last line break does not count.\n\n"
        "Example:\n  printf %s 'a long password' | hash_password\n",
        help ? stdout : stderr);
    return help ? 0 : 2;
  }
  std::string password;
  for (int c = 0; (c = std::getchar()) != EOF && password.size() < 4096;)
    password += static_cast<char>(c);
  if (password.ends_with('\n')) password.pop_back();
  try {
    const auto errors = accounts::PasswordErrors(password);
    for (const auto& error : errors)
      std::fprintf(stderr, "hash_password: the password %s\n", error.detail.c_str());
    if (!errors.empty()) return 1;
    std::printf("%s\n", accounts::HashPassword(password).c_str());
    return std::fflush(stdout) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hash_password: %s\n", error.what());
    return 1;
  }
}
