// The functions for thoughts as a client uses them, one after the other, on a real PostgreSQL.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "functions/shared/accounts/testing/server.h"

namespace function {
host::Response admin_thought_delete(const host::Request&, host::Context&);
host::Response my_thought_delete(const host::Request&, host::Context&);
host::Response my_thought_get(const host::Request&, host::Context&);
host::Response my_thought_update(const host::Request&, host::Context&);
host::Response my_thoughts_create(const host::Request&, host::Context&);
host::Response my_thoughts_list(const host::Request&, host::Context&);
host::Response thought_get(const host::Request&, host::Context&);
host::Response thoughts_list(const host::Request&, host::Context&);
host::Response user_thoughts(const host::Request&, host::Context&);
}  // namespace function

namespace {

using accounts::testing::Owner;
using accounts::testing::Server;
using nlohmann::json;

struct Person {
  int64_t id = 0;
  std::string name, token;
};

// A database without thoughts, two people, and every function as its manifest runs it.
struct Fixture {
  Fixture() {
    Owner().Run("TRUNCATE users, request_keys CASCADE");
    ann = Add("Ann Ä");
    bob = Add("bob");
  }
  static Person Add(const std::string& name) {
    const auto id = accounts::testing::AddUser(name);
    return {id, name, accounts::testing::Bearer(id, name)};
  }

  static host::RequestParts Parts(const Person* who, std::string method = "GET") {
    host::RequestParts parts{.method = std::move(method)};
    if (who) parts.headers["authorization"] = who->token;
    return parts;
  }
  static host::RequestParts With(host::RequestParts parts, const std::string& header,
                                 const std::string& value) {
    parts.headers[header] = value;
    return parts;
  }
  static host::RequestParts Of(host::RequestParts parts, int64_t id) {
    parts.route["id"] = std::to_string(id);
    return parts;
  }
  static host::RequestParts Posting(const Person* who, const std::string& text,
                                    std::string method = "POST") {
    auto parts = Parts(who, std::move(method));
    parts.headers["content-type"] = "application/json";
    parts.body = json{{"text", text}}.dump();
    return parts;
  }
  static host::RequestParts Query(host::RequestParts parts, const std::string& query) {
    parts.query_string = query;
    return parts;
  }

  host::Response Create(const host::RequestParts& parts) {
    return create.Call(function::my_thoughts_create, parts);
  }
  int64_t Created(const Person& who, const std::string& text) {
    const auto answer = Create(Posting(&who, text));
    BOOST_REQUIRE(answer.status() == 201);
    return json::parse(answer.body()).at("id");
  }
  static std::string Count() { return Owner().One("SELECT count(*) FROM thoughts"); }

  Server create{
      {.function = "my_thoughts_create", .scope = "thoughts:write", .role = "thoughts_service"}};
  Server update{
      {.function = "my_thought_update", .scope = "thoughts:write", .role = "thoughts_service"}};
  Server remove{
      {.function = "my_thought_delete", .scope = "thoughts:write", .role = "thoughts_service"}};
  Server own{{.function = "my_thought_get", .scope = "thoughts:read", .role = "thoughts_service"}};
  Server open{{.function = "thoughts_list", .role = "thoughts_service"}};
  Server admins{{.function = "admin_thought_delete", .scope = "admin", .role = "admin_service"}};
  Person ann, bob;
};

BOOST_FIXTURE_TEST_SUITE(thoughts_api, Fixture)

BOOST_AUTO_TEST_CASE(a_thought_of_a_user_who_is_deleted_meanwhile_is_refused_as_an_ended_session) {
  Owner().Run("BEGIN; DELETE FROM users WHERE id = " + std::to_string(ann.id));
  host::Response answer = host::Response::NoContent();
  std::thread writer([&] { answer = Create(Posting(&ann, "too late")); });
  while (Owner().One("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {
    std::this_thread::yield();
  }
  Owner().Run("COMMIT");
  writer.join();
  BOOST_TEST(answer.status() == 401);
  BOOST_TEST(Count() == "0");
}

BOOST_AUTO_TEST_CASE(a_new_thought_is_answered_with_exactly_four_fields_and_its_place) {
  const auto answer = Create(Posting(&ann, "Größe \"q\" \\ \n 🎉"));
  BOOST_TEST(answer.status() == 201);
  const auto body = json::parse(answer.body());
  BOOST_TEST(body.size() == 4u);
  BOOST_TEST(body.at("username") == "Ann Ä");
  BOOST_TEST(body.at("text") == "Größe \"q\" \\ \n 🎉");
  const std::string timestamp = body.at("timestamp");
  std::string shape = timestamp;
  for (char& c : shape) c = c >= '0' && c <= '9' ? '9' : c;
  BOOST_TEST(shape == "9999-99-99T99:99:99.999999");
  const auto id = body.at("id").get<int64_t>();
  BOOST_TEST(answer.header("location").value() == "/api/thoughts/" + std::to_string(id) + "/");
  BOOST_TEST(answer.header("cache-control").value() == "private, no-store");

  const auto got = open.Call(function::thought_get, Of(Parts(nullptr), id));
  BOOST_TEST(json::parse(got.body()) == body);
}

BOOST_AUTO_TEST_CASE(old_clients_post_forms) {
  auto parts = Parts(&ann, "POST");
  parts.headers["content-type"] = "application/x-www-form-urlencoded";
  parts.body = "text=a+tale&csrf=1";
  BOOST_TEST(json::parse(Create(parts).body()).at("text") == "a tale");
}

BOOST_AUTO_TEST_CASE(a_repeated_post_gets_the_first_answer_and_makes_nothing) {
  const auto parts = With(Posting(&ann, "once"), "idempotency-key", "k1");
  const auto first = Create(parts), second = Create(parts);
  BOOST_TEST(first.status() == 201);
  BOOST_TEST(second.status() == 201);
  BOOST_TEST(first.body() == second.body());
  BOOST_TEST(first.header("location").value() == second.header("location").value());
  BOOST_TEST(second.header("content-type").value() == "application/json");
  BOOST_TEST(Count() == "1");
  BOOST_TEST(Create(With(Posting(&ann, "other"), "idempotency-key", "k1")).status() == 422);
  BOOST_TEST(Create(With(Posting(&bob, "once"), "idempotency-key", "k1")).status() == 201);
  BOOST_TEST(Create(With(Posting(&ann, "x"), "idempotency-key", std::string(256, 'k'))).status() ==
             422);
  BOOST_TEST(Count() == "2");
}

BOOST_AUTO_TEST_CASE(the_proxy_s_second_try_has_the_same_request_id_and_makes_nothing) {
  auto parts = Posting(&ann, "once");
  parts.request_id = "0123456789abcdef";
  const auto first = Create(parts), second = Create(parts);
  BOOST_TEST(first.body() == second.body());
  BOOST_TEST(Count() == "1");
}

BOOST_AUTO_TEST_CASE(one_key_from_many_threads_makes_one_thought) {
  std::vector<std::thread> threads;
  std::vector<std::string> bodies(8);
  for (auto& body : bodies) {
    threads.emplace_back(
        [&] { body = Create(With(Posting(&ann, "same"), "idempotency-key", "k")).body(); });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(std::set(bodies.begin(), bodies.end()).size() == 1u);
  BOOST_TEST(Count() == "1");
}

BOOST_AUTO_TEST_CASE(a_key_of_yesterday_is_free_again) {
  const auto parts = With(Posting(&ann, "daily"), "idempotency-key", "k");
  Create(parts);
  Owner().Run("UPDATE request_keys SET at = at - interval '25 hours'");
  BOOST_TEST(Create(parts).status() == 201);
  BOOST_TEST(Count() == "2");
  BOOST_TEST(Create(parts).status() == 201);
  BOOST_TEST(Count() == "2");
}

BOOST_AUTO_TEST_CASE(keys_older_than_a_day_are_forgotten_now_and_then) {
  Created(ann, "old");
  Owner().Run("UPDATE request_keys SET at = at - interval '25 hours'");
  Owner().Run(
      "SELECT setval('thoughts_id_seq', (last_value / 200 + 1) * 200 - 1) FROM thoughts_id_seq");
  Created(ann, "new");
  BOOST_TEST(Owner().One("SELECT count(*) FROM request_keys") == "1");
}

BOOST_AUTO_TEST_CASE(a_user_that_is_gone_cannot_write) {
  Owner().Query("DELETE FROM users WHERE id = $1", {std::to_string(ann.id)});
  BOOST_TEST(Create(Posting(&ann, "ghost")).status() == 401);
  BOOST_TEST(Count() == "0");
}

BOOST_AUTO_TEST_CASE(broken_texts_are_refused) {
  BOOST_TEST(Create(Posting(&ann, "")).status() == 422);
  BOOST_TEST(Create(Posting(&ann, std::string(251, 'x'))).status() == 422);
  BOOST_TEST(Create(Posting(&ann, std::string("a\0b", 3))).status() == 422);
  auto parts = Posting(&ann, "x");
  parts.body = "{";
  BOOST_TEST(Create(parts).status() == 400);
  parts.headers["content-type"] = "text/xml";
  BOOST_TEST(Create(parts).status() == 415);
}

BOOST_AUTO_TEST_CASE(a_thought_has_a_strong_etag_that_answers_304_and_changes_with_the_text) {
  const auto id = Created(ann, "one");
  const auto first = open.Call(function::thought_get, Of(Parts(nullptr), id));
  const std::string etag(first.header("etag").value());
  BOOST_TEST(etag.starts_with("\""));
  const auto again =
      open.Call(function::thought_get, With(Of(Parts(nullptr), id), "if-none-match", etag));
  BOOST_TEST(again.status() == 304);
  BOOST_TEST(again.body().empty());
  const auto changed =
      update.Call(function::my_thought_update, Of(Posting(&ann, "two", "PATCH"), id));
  BOOST_TEST(changed.status() == 200);
  BOOST_TEST(json::parse(changed.body()).at("text") == "two");
  BOOST_TEST(changed.header("etag").value() != etag);
  const auto newer =
      open.Call(function::thought_get, With(Of(Parts(nullptr), id), "if-none-match", etag));
  BOOST_TEST(newer.status() == 200);
  BOOST_TEST(newer.header("etag").value() == changed.header("etag").value());
  BOOST_TEST(open.Call(function::thought_get, Of(Parts(nullptr), id + 1)).status() == 404);
}

BOOST_AUTO_TEST_CASE(if_match_guards_changes_and_deletions) {
  const auto id = Created(ann, "one");
  const std::string etag(
      own.Call(function::my_thought_get, Of(Parts(&ann), id)).header("etag").value());
  const auto patch = Of(Posting(&ann, "two", "PATCH"), id);
  BOOST_TEST(
      update.Call(function::my_thought_update, With(patch, "if-match", "\"old\"")).status() == 412);
  BOOST_TEST(update.Call(function::my_thought_update, With(patch, "if-match", etag)).status() ==
             200);
  BOOST_TEST(update.Call(function::my_thought_update, With(patch, "if-match", etag)).status() ==
             412);
  const auto gone = Of(Parts(&ann, "DELETE"), id);
  BOOST_TEST(remove.Call(function::my_thought_delete, With(gone, "if-match", etag)).status() ==
             412);
  BOOST_TEST(Count() == "1");
  BOOST_TEST(remove.Call(function::my_thought_delete, With(gone, "if-match", "*")).status() == 204);
  BOOST_TEST(Count() == "0");
}

BOOST_AUTO_TEST_CASE(another_s_thought_is_not_there_to_change) {
  const auto id = Created(ann, "mine");
  BOOST_TEST(own.Call(function::my_thought_get, Of(Parts(&bob), id)).status() == 404);
  BOOST_TEST(
      update.Call(function::my_thought_update, Of(Posting(&bob, "yours", "PATCH"), id)).status() ==
      404);
  BOOST_TEST(remove.Call(function::my_thought_delete, Of(Parts(&bob, "DELETE"), id)).status() ==
             404);
  BOOST_TEST(Count() == "1");
  BOOST_TEST(remove.Call(function::my_thought_delete, Of(Parts(&ann, "DELETE"), id)).status() ==
             204);
  BOOST_TEST(remove.Call(function::my_thought_delete, Of(Parts(&ann, "DELETE"), id)).status() ==
             404);
}

BOOST_AUTO_TEST_CASE(lists_are_of_everybody_of_a_user_and_of_oneself) {
  Created(ann, "A tale about a Platypus");
  Created(bob, "Another tale");
  Created(ann, "third");
  const auto list = [&](auto handler, host::RequestParts parts) {
    parts.route["username"] = "ANN ä";
    std::vector<std::string> texts;
    const auto answer = (parts.headers.empty() ? open : own).Call(handler, parts);
    for (const auto& thought : json::parse(answer.body())) texts.push_back(thought.at("text"));
    return texts;
  };
  const std::vector<std::string> all = {"A tale about a Platypus", "Another tale", "third"};
  const std::vector<std::string> anns = {all[0], all[2]}, tales = {all[0], all[1]}, none;
  BOOST_TEST(list(function::thoughts_list, Parts(nullptr)) == all);
  BOOST_TEST(list(function::thoughts_list, Query(Parts(nullptr), "username=ann+%C3%84&page=9")) ==
             anns);
  BOOST_TEST(list(function::thoughts_list, Query(Parts(nullptr), "username=nobody")) == none);
  BOOST_TEST(list(function::thoughts_list, Query(Parts(nullptr), "search=TALE")) == tales);
  BOOST_TEST(list(function::thoughts_list, Query(Parts(nullptr), "search=tale&username=bob")) ==
             std::vector{all[1]});
  BOOST_TEST(list(function::user_thoughts, Parts(nullptr)) == anns);
  BOOST_TEST(list(function::my_thoughts_list, Parts(&ann)) == anns);
  BOOST_TEST(list(function::my_thoughts_list, Query(Parts(&ann), "search=platy")) ==
             std::vector{all[0]});
  BOOST_TEST(list(function::my_thoughts_list, Query(Parts(&ann), "sort=-id&limit=1")) ==
             std::vector{all[2]});
  BOOST_TEST(own.Call(function::my_thoughts_list, Parts(&ann)).header("cache-control").value() ==
             "private, no-store");
  auto unknown = Parts(nullptr);
  unknown.route["username"] = "nobody";
  BOOST_TEST(open.Call(function::user_thoughts, unknown).status() == 404);
}

BOOST_AUTO_TEST_CASE(links_lead_through_a_list_and_keep_its_parameters) {
  for (int i = 0; i < 5; ++i) Created(ann, "n" + std::to_string(i));
  auto parts = Query(Parts(nullptr), "search=n&limit=2");
  parts.route["username"] = "Ann Ä";
  std::string texts;
  for (int page = 0; page < 3; ++page) {
    const auto answer = open.Call(function::user_thoughts, parts);
    for (const auto& thought : json::parse(answer.body()))
      texts += thought.at("text").get<std::string>();
    const std::string link(answer.header("link").value_or(""));
    BOOST_TEST((link.find("rel=\"prev\"") != std::string::npos) == (page > 0));
    const std::string path = "</api/users/Ann%20%C3%84/thoughts/?";
    const auto end = link.find(">; rel=\"next\"");
    BOOST_TEST((end != std::string::npos) == (page < 2), link);
    if (end == std::string::npos) break;
    BOOST_TEST(link.starts_with(path + "search=n&limit=2&cursor="));
    parts.query_string = link.substr(path.size(), end - path.size());
  }
  BOOST_TEST(texts == "n0n1n2n3n4");
}

BOOST_AUTO_TEST_CASE(the_admin_deletes_any_thought_as_often_as_asked) {
  const auto id = Created(ann, "bad");
  const Person root{bob.id, bob.name, accounts::testing::Bearer(bob.id, bob.name, {"admin"})};
  const auto parts = Of(Parts(&root, "DELETE"), id);
  BOOST_TEST(admins.Call(function::admin_thought_delete, Of(Parts(&ann, "DELETE"), id)).status() ==
             403);
  BOOST_TEST(
      admins.Call(function::admin_thought_delete, With(parts, "if-match", "\"old\"")).status() ==
      412);
  BOOST_TEST(Count() == "1");
  BOOST_TEST(admins.Call(function::admin_thought_delete, parts).status() == 204);
  BOOST_TEST(Count() == "0");
  BOOST_TEST(admins.Call(function::admin_thought_delete, parts).status() == 204);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
