#include "sql/runner/files.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

namespace {

BOOST_AUTO_TEST_CASE(a_file_has_two_sections) {
  const auto migration =
      sql::ParseMigration("0012_add_x.sql", "-- why\n-- up\nSELECT 1;\n\n-- down\nSELECT 2;\n");
  BOOST_TEST(migration.version == 12);
  BOOST_TEST(migration.name == "add_x");
  BOOST_TEST(migration.up == "-- up\nSELECT 1;\n\n");
  BOOST_TEST(migration.down == "-- down\nSELECT 2;\n");
}

BOOST_AUTO_TEST_CASE(a_missing_or_doubled_section_is_named_with_the_file) {
  const auto says = [](const char* words) {
    return [words](const std::runtime_error& error) {
      return std::string(error.what()).find(words) != std::string::npos &&
             std::string(error.what()).find("0001_x.sql") != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(sql::ParseMigration("0001_x.sql", "-- down\n"), std::runtime_error,
                        says("'-- up' is missing"));
  BOOST_CHECK_EXCEPTION(sql::ParseMigration("0001_x.sql", "-- up\n"), std::runtime_error,
                        says("'-- down' is missing"));
  BOOST_CHECK_EXCEPTION(sql::ParseMigration("0001_x.sql", "-- up\n-- up\n-- down\n"),
                        std::runtime_error, says("twice"));
}

BOOST_AUTO_TEST_CASE(other_names_are_refused) {
  for (const auto* name : {"1_x.sql", "00001_x.sql", "0001-x.sql", "0001_X.sql", "0001_x.up.sql"}) {
    BOOST_CHECK_THROW(sql::ParseMigration(name, "-- up\n-- down\n"), std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_said) {
  BOOST_CHECK_THROW(sql::ReadMigrations("/nonexistent"), std::runtime_error);
}

}  // namespace
