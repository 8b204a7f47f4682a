#include "host/manifest/manifest.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <nlohmann/json.hpp>

BOOST_AUTO_TEST_SUITE(manifests)

namespace {

const std::string kGood = R"({
  "name": "notes_create", "summary": "Create a note",
  "routes": [{"methods": ["POST", "GET"], "path": "/notes/{id:int}/"}],
  "exposure": "internal", "protocol": "fastcgi",
  "pool": {"mode": "dynamic", "min": 1, "max": 4, "threads": 6, "idle_timeout_s": 30, "max_requests": 9},
  "limits": {"body_bytes": 1000, "timeout_ms": 2000, "memory_mb": 64,
             "rate": {"key": "ip", "per_second": 5, "burst": 7}},
  "scope": "notes:write", "repeat_safe": true, "needs": ["database"]})";

using Change = std::function<void(nlohmann::json&)>;

host::ManifestErrors ErrorsOf(const std::string& json) {
  const auto manifest = host::ParseManifest(json, "f/function.json");
  return manifest ? host::ManifestErrors{} : manifest.error();
}

host::ManifestErrors ErrorsAfter(const Change& change) {
  auto json = nlohmann::json::parse(kGood);
  change(json);
  return ErrorsOf(json.dump());
}

bool Names(const host::ManifestErrors& errors, const std::string& start) {
  return std::ranges::any_of(errors, [&](const auto& e) { return e.starts_with(start); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_key_arrives) {
  const auto m = host::ParseManifest(kGood, "f");
  BOOST_REQUIRE(m.has_value());
  BOOST_TEST(m->name == "notes_create");
  BOOST_TEST(m->routes.at(0).methods == (std::vector<std::string>{"POST", "GET"}));
  BOOST_TEST(m->routes.at(0).segments.size() == 2);
  BOOST_TEST((m->exposure == host::Exposure::kInternal));
  BOOST_TEST((m->pool.mode == host::PoolMode::kDynamic));
  BOOST_TEST(m->pool.max == 4);
  BOOST_TEST(m->pool.threads == 6);
  BOOST_TEST(m->pool.idle_timeout_s == 30);
  BOOST_TEST(m->pool.max_requests == 9);
  BOOST_TEST(m->limits.body_bytes == 1000);
  BOOST_TEST(m->limits.timeout_ms == 2000);
  BOOST_TEST(m->limits.memory_mb == 64);
  BOOST_TEST(m->limits.rate.per_second == 5);
  BOOST_TEST(m->limits.rate.burst == 7);
  BOOST_TEST(m->scope == "notes:write");
  BOOST_TEST(m->repeat_safe);
  BOOST_TEST(m->needs == std::vector<std::string>{"database"});
}

BOOST_AUTO_TEST_CASE(scripts_of_other_sites_may_read_answers_unless_the_manifest_says_no) {
  BOOST_TEST(host::ParseManifest(kGood, "f")->cors);
  auto json = nlohmann::json::parse(kGood);
  json["cors"] = false;
  BOOST_TEST(!host::ParseManifest(json.dump(), "f")->cors);
  BOOST_TEST(Names(ErrorsAfter([](auto& j) { j["cors"] = "no"; }),
                   "f/function.json: cors: must be true or false"));
}

BOOST_AUTO_TEST_CASE(each_missing_key_is_named_with_the_file) {
  const auto good = nlohmann::json::parse(kGood);
  for (const auto& [key, ignored] : good.items()) {
    const auto errors = ErrorsAfter([&key](auto& j) { j.erase(key); });
    BOOST_TEST(errors.size() >= 1u);
    BOOST_TEST(Names(errors, "f/function.json: " + key + ": missing"));
  }
  BOOST_TEST(Names(ErrorsAfter([](auto& j) { j["limits"]["rate"].erase("burst"); }),
                   "f/function.json: limits.rate.burst: missing"));
}

BOOST_AUTO_TEST_CASE(a_wrong_object_is_one_fault_not_many) {
  BOOST_TEST(ErrorsAfter([](auto& j) { j.erase("pool"); }).size() == 1u);
  BOOST_TEST(ErrorsAfter([](auto& j) { j["limits"] = 5; }).size() == 1u);
  BOOST_TEST(ErrorsAfter([](auto& j) { j["limits"]["rate"] = 5; }).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_named_with_the_file) {
  BOOST_TEST(
      Names(ErrorsAfter([](auto& j) { j["route"] = 1; }), "f/function.json: route: unknown"));
  BOOST_TEST(Names(ErrorsAfter([](auto& j) { j["pool"]["size"] = 1; }),
                   "f/function.json: pool.size: unknown"));
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_refused) {
  auto text = kGood;
  text.replace(text.find("\"scope\""), 0, R"("repeat_safe": false, )");
  BOOST_TEST(Names(ErrorsOf(text), "f/function.json: repeat_safe: stands twice"));
}

BOOST_AUTO_TEST_CASE(wrong_values_are_named_with_what_is_allowed) {
  const std::vector<std::pair<std::string, Change>> wrong = {
      {"name: must be a name", [](auto& j) { j["name"] = "Notes"; }},
      {"summary: must be a text", [](auto& j) { j["summary"] = "two\nlines"; }},
      {"routes: must hold 1", [](auto& j) { j["routes"] = nlohmann::json::array(); }},
      {"routes[0].path: must begin", [](auto& j) { j["routes"][0]["path"] = "x"; }},
      {"routes[0].methods[0]: must be one of",
       [](auto& j) { j["routes"][0]["methods"][0] = "HEAD"; }},
      {"routes[0].methods: must name", [](auto& j) { j["routes"][0]["methods"].clear(); }},
      {"routes[1]: GET", [](auto& j) { j["routes"].push_back(j["routes"][0]); }},
      {"exposure: must be one of \"public\"", [](auto& j) { j["exposure"] = "Public"; }},
      {"protocol: must be one of", [](auto& j) { j["protocol"] = "http"; }},
      {"pool.mode: must be one of", [](auto& j) { j["pool"]["mode"] = 1; }},
      {"pool.max: must be a whole number from 1 to", [](auto& j) { j["pool"]["max"] = 0; }},
      {"pool.min: must not be above", [](auto& j) { j["pool"]["min"] = 5; }},
      {"pool.min: must be 0", [](auto& j) { j["pool"]["mode"] = "ondemand"; }},
      {"pool.threads: must be a whole", [](auto& j) { j["pool"]["threads"] = 1.5; }},
      {"limits.body_bytes: must be", [](auto& j) { j["limits"]["body_bytes"] = -1; }},
      {"limits.timeout_ms: must be", [](auto& j) { j["limits"]["timeout_ms"] = 1ull << 63; }},
      {"limits.rate.key: must be one of", [](auto& j) { j["limits"]["rate"]["key"] = "user"; }},
      {"scope: must be one scope", [](auto& j) { j["scope"] = "a b"; }},
      {"repeat_safe: must be true", [](auto& j) { j["repeat_safe"] = "yes"; }},
      {"needs[1]: \"database\" stands", [](auto& j) { j["needs"].push_back("database"); }},
      {"needs[0]: must be the name", [](auto& j) { j["needs"][0] = 7; }},
  };
  for (const auto& [start, change] : wrong) {
    const auto errors = ErrorsAfter(change);
    BOOST_TEST(Names(errors, "f/function.json: " + start), start << ": not told");
  }
}

BOOST_AUTO_TEST_CASE(all_faults_are_told_at_once) {
  const auto errors = ErrorsAfter([](auto& j) {
    j["exposure"] = 1;
    j["pool"]["max"] = "many";
    j["extra"] = true;
  });
  BOOST_TEST(errors.size() == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_no_json_object_is_refused) {
  BOOST_TEST(Names(ErrorsOf("{"), "f/function.json: (file): is not JSON"));
  BOOST_TEST(Names(ErrorsOf("[]"), "f/function.json: (file): must be a JSON object"));
}

BOOST_AUTO_TEST_SUITE_END()
