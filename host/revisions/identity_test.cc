#include "host/revisions/identity.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using host::Identify;

namespace {

struct Folder {
  Folder() { BOOST_REQUIRE(mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string Write(const std::string& bytes) const {
    std::ofstream(path + "/binary", std::ios::binary) << bytes;
    return path + "/binary";
  }
  std::string path = "/tmp/fnhost-identity-XXXXXX";
};

std::string Error(const std::expected<host::Identity, std::string>& identity) {
  return identity ? "" : identity.error();
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_name_is_what_sha256sum_says_of_binary_and_manifest, Folder) {
  // printf 'binary{}' | sha256sum
  const auto identity = Identify(Write("binary"), "{}");
  BOOST_REQUIRE_EQUAL(Error(identity), "");
  BOOST_TEST(identity->name == "eb9b7ba048a5");
  BOOST_TEST(host::IsRevisionName(identity->name));
  BOOST_TEST(!identity->sdk);
  BOOST_TEST(Identify(Write("binary"), "{} ")->name != identity->name);
  BOOST_TEST(Identify(Write("binary{"), "}")->name == identity->name);
}

BOOST_FIXTURE_TEST_CASE(the_note_is_found_wherever_it_stands_also_across_the_pieces_read, Folder) {
  constexpr size_t kChunk = 256 << 10;
  const std::string marker = "fnhost-sdk-1";
  for (size_t before : {size_t{0}, size_t{1}, kChunk - 12, kChunk - 11, kChunk - 6, kChunk - 1,
                        kChunk, 2 * kChunk - 5, 3 * kChunk + 7}) {
    const std::string file = Write(std::string(before, 'f') + marker + "tail");
    BOOST_TEST(Identify(file, "")->sdk, "after " << before << " bytes");
    BOOST_TEST(host::IsSdkProgram(file));
    // Nearly the note is none.
    const std::string other =
        Write(std::string(before, 'f') + marker.substr(0, 11) + "2" + std::string(before, 'f'));
    BOOST_TEST(!Identify(other, "fnhost-sdk-1")->sdk);
    BOOST_TEST(!host::IsSdkProgram(other));
  }
}

BOOST_FIXTURE_TEST_CASE(a_descriptor_is_read_from_the_first_byte_wherever_it_stands, Folder) {
  std::FILE* file = std::fopen(Write("binary").c_str(), "r");
  BOOST_REQUIRE(file != nullptr);
  lseek(fileno(file), 4, SEEK_SET);
  BOOST_TEST(Identify(fileno(file), "{}")->name == Identify(path + "/binary", "{}")->name);
  BOOST_TEST(lseek(fileno(file), 0, SEEK_CUR) == 4);
  std::fclose(file);
}

BOOST_FIXTURE_TEST_CASE(what_is_no_program_is_refused_with_the_reason, Folder) {
  BOOST_TEST(Error(Identify(path + "/none", "")).ends_with("none: No such file or directory"));
  BOOST_TEST(Error(Identify(path, "")).ends_with(": the binary is no regular file"));
  BOOST_TEST(Error(Identify("/dev/zero", "")).ends_with(": the binary is no regular file"));
  BOOST_TEST(Error(Identify(Write(""), "")).ends_with(": the binary is empty"));
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  BOOST_TEST(Error(Identify(ends[0], "")) == "the binary is no regular file");
  close(ends[0]);
  close(ends[1]);
  BOOST_TEST(Error(Identify(ends[0], "")) == "the binary cannot be read: Bad file descriptor");
  const std::string large = Write("x");
  BOOST_REQUIRE(truncate(large.c_str(), host::kMostBinaryBytes + 1) == 0);  // a hole, no blocks
  BOOST_TEST(Error(Identify(large, "")).ends_with(": the binary is larger than 1 GiB"));
  BOOST_TEST(!host::IsSdkProgram(path + "/none"));
}

BOOST_AUTO_TEST_CASE(names_are_twelve_hex_digits) {
  BOOST_TEST(host::IsRevisionName("0123456789ab"));
  for (const char* bad : {"", "0123456789a", "0123456789abc", "0123456789AB", "../../../etc",
                          "0123456789ag", "0123456789a/"}) {
    BOOST_TEST(!host::IsRevisionName(bad), bad);
  }
}
