#include "functions/shared/repeat/once.h"

#include <atomic>
#include <thread>

#include "functions/shared/accounts/testing/server.h"

using accounts::testing::Owner;
using accounts::testing::Server;

namespace {

constexpr host::Statement kWrite{"test.write", "INSERT INTO written (what) VALUES ($1)"};

struct World {
  World() {
    Owner().Run(
        "CREATE TABLE IF NOT EXISTS written (what text); GRANT ALL ON written TO accounts_service; "
        "TRUNCATE written, request_keys");
  }

  host::Response Post(const std::string& key, const std::string& body = "a",
                      const std::string& owner = "7", int status = 201,
                      const std::string& path = "/api/x/") {
    host::RequestParts parts{.method = "POST", .path = path, .headers = {}, .body = body};
    if (!key.empty()) parts.headers["idempotency-key"] = key;
    return server.Call(
        [&](const host::Request& request, host::Context& context) {
          return repeat::Once(request, context, owner, [&] {
            context.db().All(kWrite, request.body());
            if (status >= 400) return host::Response::From({status, "no", {}, {}});
            return host::Response::Created("/api/x/1/", "{\"text\":\"" + request.body() + "\"}");
          });
        },
        parts);
  }
  int Written() { return std::stoi(Owner().One("SELECT count(*) FROM written")); }

  Server server{{.function = "test_create"}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(once, World)

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_first_answer_and_writes_nothing) {
  const auto first = Post("k");
  const auto second = Post("k");
  BOOST_TEST(first.status() == 201);
  BOOST_TEST(second.status() == 201);
  BOOST_TEST(second.body() == first.body());
  BOOST_TEST(second.header("location").value() == "/api/x/1/");
  BOOST_TEST(second.header("content-type").value() == "application/json");
  BOOST_TEST(Written() == 1);
}

BOOST_AUTO_TEST_CASE(a_repeat_with_another_body_is_refused) {
  Post("k", "a");
  const auto second = Post("k", "b");
  BOOST_TEST(second.status() == 422);
  BOOST_TEST(Written() == 1);
}

BOOST_AUTO_TEST_CASE(a_repeat_may_leave_out_the_slash_at_the_end_of_its_path) {
  const auto first = Post("k");
  BOOST_TEST(Post("k", "a", "7", 201, "/api/x").body() == first.body());
  BOOST_TEST(Post("k", "a", "7", 201, "/api/x//").status() == 422);
  BOOST_TEST(Post("k", "a", "7", 201, "/api/y").status() == 422);
  BOOST_TEST(Written() == 1);
}

BOOST_AUTO_TEST_CASE(the_same_key_of_another_owner_is_another_request) {
  Post("k", "a", "7");
  BOOST_TEST(Post("k", "b", "8").status() == 201);
  BOOST_TEST(Written() == 2);
}

BOOST_AUTO_TEST_CASE(requests_without_a_key_are_told_by_nginxs_id) {
  BOOST_TEST(Post("").status() == 201);
  BOOST_TEST(Post("").status() == 201);
  BOOST_TEST(Written() == 2);
}

BOOST_AUTO_TEST_CASE(a_refused_write_leaves_nothing_and_may_be_tried_again) {
  BOOST_TEST(Post("k", "a", "7", 409).status() == 409);
  BOOST_TEST(Written() == 0);
  BOOST_TEST(Owner().Query("SELECT 1 FROM request_keys").empty());
  BOOST_TEST(Post("k").status() == 201);
  BOOST_TEST(Written() == 1);
}

BOOST_AUTO_TEST_CASE(a_write_that_throws_leaves_nothing) {
  const auto answer = server.Call(
      [](const host::Request& request, host::Context& context) {
        return repeat::Once(request, context, "7", [&]() -> host::Response {
          context.db().All(kWrite, "x");
          throw std::runtime_error("fault");
        });
      },
      {.method = "POST"});
  BOOST_TEST(answer.status() == 500);
  BOOST_TEST(Written() == 0);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_body_is_repeated_without_one) {
  for (int i = 0; i < 2; ++i) {
    const auto answer = server.Call(
        [](const host::Request& request, host::Context& context) {
          return repeat::Once(request, context, "7", [&] { return host::Response::NoContent(); });
        },
        {.method = "DELETE", .headers = {{"idempotency-key", "k"}}});
    BOOST_TEST(answer.status() == 204);
    BOOST_TEST(answer.body() == "");
    BOOST_TEST(!answer.header("content-type"));
  }
}

BOOST_AUTO_TEST_CASE(keys_that_are_no_keys_are_refused) {
  for (const std::string& key :
       {std::string(256, 'k'), std::string("a\tb"), std::string("\u00e9")}) {
    BOOST_TEST(Post(key).status() == 422);
  }
  BOOST_TEST(Post(std::string(255, 'k')).status() == 201);
  BOOST_TEST(Written() == 1);
}

BOOST_AUTO_TEST_CASE(after_24_hours_a_key_is_new) {
  Post("k", "a");
  Owner().Run("UPDATE request_keys SET at = at - interval '24 hours 1 s'");
  BOOST_TEST(Post("k", "b").status() == 201);
  BOOST_TEST(Post("k", "b").status() == 201);
  BOOST_TEST(Written() == 2);
}

BOOST_AUTO_TEST_CASE(old_keys_are_cleared_away_while_others_write) {
  Owner().Run(
      "INSERT INTO request_keys (owner, function, key, fingerprint, status, headers, body, at) "
      "SELECT '1', 'f', g::text, '', 204, '{}', '', now() - interval '25 hours' FROM "
      "generate_series(1, 300) g");
  for (int i = 0; i < 200; ++i) Post("k" + std::to_string(i));
  BOOST_TEST(Owner().One("SELECT count(*) FROM request_keys WHERE owner = '1'") == "0");
  BOOST_TEST(Owner().One("SELECT count(*) FROM request_keys") == "200");
}

BOOST_AUTO_TEST_CASE(the_same_key_from_many_threads_writes_once) {
  std::atomic<int> created{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 25; ++j) {
        if (Post("k" + std::to_string(j)).status() == 201) ++created;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(created == 100);
  BOOST_TEST(Written() == 25);
}

BOOST_AUTO_TEST_SUITE_END()
