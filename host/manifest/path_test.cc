#include "host/manifest/path.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(paths)

namespace {
std::string ShapeOf(const std::string& path) {
  const auto segments = host::ParsePath(path);
  return segments ? host::Shape({{"GET"}, path, *segments}) : "fault: " + segments.error();
}
}  // namespace

BOOST_AUTO_TEST_CASE(parameters_keep_their_names_and_kinds) {
  const auto segments = host::ParsePath("/api/thoughts/{id:int}/by/{who}");
  BOOST_REQUIRE(segments.has_value());
  BOOST_REQUIRE(segments->size() == 5);
  BOOST_TEST((segments->at(2) == host::PathSegment{host::PathSegment::Kind::kInteger, "id"}));
  BOOST_TEST((segments->at(4) == host::PathSegment{host::PathSegment::Kind::kText, "who"}));
}

BOOST_AUTO_TEST_CASE(a_trailing_slash_and_parameter_names_make_no_difference) {
  BOOST_TEST(ShapeOf("/api/users/{name}/") == ShapeOf("/api/users/{other}"));
  BOOST_TEST(ShapeOf("/api/users/{id}") != ShapeOf("/api/users/{id:int}"));
  BOOST_TEST(ShapeOf("/") == "/");
}

BOOST_AUTO_TEST_CASE(bad_paths_are_refused_with_a_reason) {
  for (const std::string path : {"", "api", "//", "/a//b", "/a b", "/a/{", "/a/{}", "/a/{X}",
                                 "/a/{x:float}", "/a/x{y}", "/a/../b", "/a/{x}/{x}", "/{any}",
                                 "/static/x", "/healthz", "/.fnhost/x", "/a;b", "/a\"b", "/a$b"}) {
    const auto segments = host::ParsePath(path);
    BOOST_TEST(!segments.has_value(), path << " was taken");
    if (!segments) BOOST_TEST(!segments.error().empty());
  }
}

namespace {
// "x=1 y=2 " for a match, "no" otherwise.
std::string Matched(const std::string& pattern, const std::string& path) {
  const auto values = host::MatchPath({{"GET"}, pattern, *host::ParsePath(pattern)}, path);
  if (!values) return "no";
  std::string text;
  for (const auto& [name, value] : *values) text += name + "=" + value + " ";
  return text;
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_path_is_matched_as_nginx_does_with_its_parameters) {
  BOOST_TEST(Matched("/", "/") == "");
  BOOST_TEST(Matched("/", "/x") == "no");
  BOOST_TEST(Matched("/a/b", "/a/b/") == "");
  BOOST_TEST(Matched("/a/b/", "/a/b") == "");
  BOOST_TEST(Matched("/a/b", "/a") == "no");
  BOOST_TEST(Matched("/a/b", "/a/b/c") == "no");
  BOOST_TEST(Matched("/a/b", "/a//b") == "no");
  BOOST_TEST(Matched("/a/{id:int}/{who}", "/a/77/an ant") == "id=77 who=an ant ");
  BOOST_TEST(Matched("/a/{id:int}", "/a/7x") == "no");
  BOOST_TEST(Matched("/a/{id}", "/a/") == "no");
  BOOST_TEST(Matched("/a", "a") == "no");
  BOOST_TEST(Matched("/a", "") == "no");
}

BOOST_AUTO_TEST_SUITE_END()
