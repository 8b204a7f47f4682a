#include "functions/shared/oauth/grants.h"

#include <thread>

#include "functions/shared/oauth/authorize.h"
#include "functions/shared/oauth/device.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/testing/clients.h"

using accounts::testing::Owner;
using oauth::GrantResult;
using namespace oauth::testing;

namespace {

constexpr char kBack[] = "https://app.example/back";

struct World {
  std::string Code(const std::vector<std::string>& scopes = {"openid", "thoughts:read"}) {
    std::string code;
    WithDatabase([&](host::db::Database& db) {
      code = oauth::MakeCode(db, {client.id, user, kBack, kChallenge, scopes, "n", 17});
    });
    return code;
  }
  GrantResult Exchange(const std::string& code, const std::string& key = "first",
                       const std::string& verifier = kVerifier, const std::string& uri = kBack) {
    return Exchange(client, code, key, verifier, uri);
  }
  static GrantResult Exchange(const oauth::Client& by, const std::string& code,
                              const std::string& key = "first",
                              const std::string& verifier = kVerifier,
                              const std::string& uri = kBack) {
    GrantResult result;
    WithDatabase([&](host::db::Database& db) {
      result = oauth::ExchangeCode(db, by, {code, verifier, uri, key});
    });
    return result;
  }
  GrantResult Refresh(const std::string& token, const std::string& scope = "") {
    return Refresh(client, token, scope);
  }
  static GrantResult Refresh(const oauth::Client& by, const std::string& token,
                             const std::string& scope = "") {
    GrantResult result;
    WithDatabase([&](host::db::Database& db) { result = oauth::Refresh(db, by, token, scope); });
    return result;
  }
  std::string NewToken() { return Exchange(Code()).value().refresh_token; }
  // Whether access tokens of the grant are refused.
  static bool IsRefused(const std::string& grant) {
    return Owner().One("SELECT count(*) FROM revocations WHERE kind = 'grant' AND subject = $1",
                       {grant}) == "1";
  }
  static void Later(const std::string& interval) {
    Owner().Run("UPDATE oauth_codes SET creation = creation - interval '" + interval +
                "'; UPDATE oauth_grants SET creation = creation - interval '" + interval +
                "', last_use = last_use - interval '" + interval +
                "'; UPDATE oauth_refresh_tokens SET issued = issued - interval '" + interval +
                "', used = used - interval '" + interval +
                "'; UPDATE oauth_device_codes SET creation = creation - interval '" + interval +
                "', polled = polled - interval '" + interval + "'");
  }

  static inline int users = 0;
  const int64_t user = accounts::testing::AddUser("user " + std::to_string(++users));
  const oauth::Client client = Add(PublicClient());
};

std::string ErrorOf(const GrantResult& result) { return result ? "" : result.error().error; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(grants, World)

BOOST_AUTO_TEST_CASE(a_code_becomes_a_grant_of_what_was_consented_to) {
  const auto granted = Exchange(Code());
  BOOST_REQUIRE(granted.has_value());
  BOOST_TEST(granted->user_id == user);
  BOOST_TEST(granted->username == "user " + std::to_string(users));
  BOOST_TEST(oauth::Join(granted->scopes) == "openid thoughts:read");
  BOOST_TEST(granted->nonce == "n");
  BOOST_TEST(granted->auth_time_s == 17);
  BOOST_TEST(granted->issued_ms > 1'700'000'000'000);
  BOOST_TEST(granted->refresh_token.size() == 43u);
}

BOOST_AUTO_TEST_CASE(a_code_is_bound_to_its_client_and_its_redirect_uri_and_lives_60_seconds) {
  const auto code = Code();
  BOOST_TEST(ErrorOf(Exchange(Add(PublicClient()), code)) == "invalid_grant");
  BOOST_TEST(ErrorOf(Exchange(code, "k", kVerifier, "http://127.0.0.1/back")) == "invalid_grant");
  BOOST_TEST(ErrorOf(Exchange("unknown")) == "invalid_grant");
  Later("59 seconds");
  BOOST_TEST(ErrorOf(Exchange(code, "k", kVerifier, "")) == "");
  const auto late = Code();
  Later("60 seconds");
  BOOST_TEST(ErrorOf(Exchange(late)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(d4_code_replay_revokes_its_tokens) {
  const auto code = Code();
  const auto granted = Exchange(code, "first");
  BOOST_TEST(ErrorOf(Exchange(code, "second")) == "invalid_grant");
  BOOST_TEST(IsRefused(granted->grant_id));
  BOOST_TEST(ErrorOf(Refresh(granted->refresh_token)) == "invalid_grant");
  // An hour later as well.
  const auto other = Code();
  const auto later = Exchange(other, "first");
  Later("1 hour");
  BOOST_TEST(ErrorOf(Exchange(other, "second")) == "invalid_grant");
  BOOST_TEST(IsRefused(later->grant_id));
}

BOOST_AUTO_TEST_CASE(d4_code_replay_with_a_wrong_verifier_revokes_nothing) {
  const auto code = Code();
  const std::string wrong(43, 'x');
  BOOST_TEST(ErrorOf(Exchange(code, "k", wrong)) == "invalid_grant");
  BOOST_TEST(ErrorOf(Exchange(code, "k", "")) == "invalid_grant");
  BOOST_TEST(ErrorOf(Exchange(code, "k", std::string(129, 'x'))) == "invalid_grant");
  const auto granted = Exchange(code, "first");
  BOOST_REQUIRE(granted.has_value());
  BOOST_TEST(ErrorOf(Exchange(code, "second", wrong)) == "invalid_grant");
  BOOST_TEST(!IsRefused(granted->grant_id));
  BOOST_TEST(ErrorOf(Refresh(granted->refresh_token)) == "");
}

BOOST_AUTO_TEST_CASE(d4_one_code_from_16_threads_is_good_once) {
  const auto code = Code();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      if (Exchange(code, std::to_string(i))) ++good;
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(good == 1);
}

BOOST_AUTO_TEST_CASE(the_same_request_again_is_no_replay) {
  const auto code = Code();
  const auto first = Exchange(code, "nginx-id");
  const auto again = Exchange(code, "nginx-id");
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->refresh_token == first->refresh_token);
  BOOST_TEST(again->grant_id == first->grant_id);
  BOOST_TEST(again->nonce == "n");
  BOOST_TEST(ErrorOf(Refresh(first->refresh_token)) == "");
}

BOOST_AUTO_TEST_CASE(refresh_tokens_are_for_clients_that_registered_for_them_or_asked) {
  auto plain = PublicClient();
  plain.grant_types = {oauth::kAuthorizationCode};
  plain = Add(plain);
  const auto exchange = [&](const std::vector<std::string>& scopes) {
    std::string code;
    WithDatabase([&](host::db::Database& db) {
      code = oauth::MakeCode(db, {plain.id, user, kBack, kChallenge, scopes, "", 1});
    });
    return Exchange(plain, code);
  };
  BOOST_TEST(exchange({"openid"})->refresh_token == "");
  const auto offline = exchange({"openid", "offline_access"});
  BOOST_TEST(offline->refresh_token != "");
  BOOST_TEST(ErrorOf(Refresh(plain, offline->refresh_token)) == "");
}

BOOST_AUTO_TEST_CASE(d4_a_refresh_whose_answer_was_lost_gets_the_same_successor) {
  const auto token = NewToken();
  const auto first = Refresh(token);
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(first->refresh_token != token);
  Later("29 seconds");
  const auto again = Refresh(token);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(again->refresh_token == first->refresh_token);
  BOOST_TEST(again->grant_id == first->grant_id);
  BOOST_TEST(ErrorOf(Refresh(first->refresh_token)) == "");
}

BOOST_AUTO_TEST_CASE(d4_a_replay_after_31_seconds_revokes_the_family) {
  const auto token = NewToken();
  const auto next = Refresh(token);
  Later("31 seconds");
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
  BOOST_TEST(IsRefused(next->grant_id));
  BOOST_TEST(ErrorOf(Refresh(next->refresh_token)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(d4_a_replay_after_the_successor_was_used_revokes_the_family) {
  const auto token = NewToken();
  const auto next = Refresh(token);
  const auto third = Refresh(next->refresh_token);
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
  BOOST_TEST(IsRefused(next->grant_id));
  BOOST_TEST(ErrorOf(Refresh(third->refresh_token)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(d4_sixteen_refreshes_at_once_all_get_the_same_successor) {
  for (int round = 0; round < 4; ++round) {
    const auto token = NewToken();
    std::vector<std::string> got(16);
    std::vector<std::thread> threads;
    for (auto& one : got) {
      threads.emplace_back([&] {
        const auto result = Refresh(token);
        if (result) one = result->refresh_token;
      });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(!got[0].empty());
    for (const auto& one : got) BOOST_TEST(one == got[0]);
    BOOST_TEST(ErrorOf(Refresh(got[0])) == "");
  }
}

BOOST_AUTO_TEST_CASE(a_refresh_token_ends_after_30_days_unused_and_90_in_all) {
  auto token = NewToken();
  for (int i = 0; i < 3; ++i) {
    Later("29 days");
    const auto next = Refresh(token);
    BOOST_REQUIRE(next.has_value());
    token = next->refresh_token;
  }
  Later("3 days 1 second");
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
  token = NewToken();
  Later("30 days");
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(a_refresh_token_is_its_clients_alone) {
  const auto token = NewToken();
  BOOST_TEST(ErrorOf(Refresh(Add(PublicClient()), token)) == "invalid_grant");
  BOOST_TEST(ErrorOf(Refresh("unknown")) == "invalid_grant");
  BOOST_TEST(ErrorOf(Refresh(token)) == "");
}

BOOST_AUTO_TEST_CASE(a_refresh_may_ask_for_fewer_scopes_and_not_for_more) {
  const auto token = NewToken();
  BOOST_TEST(ErrorOf(Refresh(token, "thoughts:write")) == "invalid_scope");
  const auto fewer = Refresh(token, "thoughts:read");
  BOOST_TEST(oauth::Join(fewer->scopes) == "thoughts:read");
  BOOST_TEST(oauth::Join(Refresh(fewer->refresh_token)->scopes) == "openid thoughts:read");
}

BOOST_AUTO_TEST_CASE(tokens_carry_what_the_user_still_has) {
  const auto token = NewToken();
  Owner().Query("UPDATE users SET scopes = '{profile}' WHERE id = $1", {std::to_string(user)});
  BOOST_TEST(oauth::Join(Refresh(token)->scopes) == "openid");
}

BOOST_AUTO_TEST_CASE(an_epoch_of_the_user_ends_its_grants_and_codes) {
  const auto token = NewToken();
  const auto code = Code();
  Owner().Query(
      "UPDATE users SET epoch_ms = ceil(extract(epoch FROM clock_timestamp()) * 1000) + 1 "
      "WHERE id = $1",
      {std::to_string(user)});
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
  BOOST_TEST(ErrorOf(Exchange(code)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(a_deleted_user_leaves_no_grants) {
  const auto token = NewToken();
  Owner().Query("DELETE FROM users WHERE id = $1", {std::to_string(user)});
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(revoking_a_refresh_token_ends_its_family) {
  const auto token = NewToken();
  const auto next = Refresh(token);
  WithDatabase([&](host::db::Database& db) {
    BOOST_TEST(oauth::InspectRefreshToken(db, next->refresh_token).value().user_id == user);
    BOOST_TEST(!oauth::InspectRefreshToken(db, token));
    BOOST_CHECK(oauth::RevokeRefreshToken(db, Add(PublicClient()), token) ==
                oauth::Revoked::kOfAnother);
    BOOST_CHECK(oauth::RevokeRefreshToken(db, client, "unknown") == oauth::Revoked::kUnknown);
    BOOST_CHECK(oauth::RevokeRefreshToken(db, client, token) == oauth::Revoked::kDone);
    BOOST_TEST(!oauth::InspectRefreshToken(db, next->refresh_token));
  });
  BOOST_TEST(IsRefused(next->grant_id));
  BOOST_TEST(ErrorOf(Refresh(next->refresh_token)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(an_app_that_is_revoked_has_nothing_left) {
  const auto token = NewToken();
  const auto grant = Refresh(token)->grant_id;
  const auto code = Code();
  WithDatabase([&](host::db::Database& db) {
    db.InTransaction([&] {
      BOOST_TEST(oauth::RevokeApp(db, user, client.id));
      BOOST_TEST(!oauth::RevokeApp(db, user, client.id));
      return 0;
    });
  });
  BOOST_TEST(IsRefused(grant));
  BOOST_TEST(ErrorOf(Refresh(token)) == "invalid_grant");
  BOOST_TEST(ErrorOf(Exchange(code)) == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(a_device_waits_for_its_user_and_slows_down) {
  const auto poll = [&](const std::string& code, const std::string& key = "k") {
    GrantResult result;
    WithDatabase(
        [&](host::db::Database& db) { result = oauth::PollDevice(db, client, code, key); });
    return result;
  };
  oauth::DeviceCodes codes;
  WithDatabase([&](host::db::Database& db) {
    codes = oauth::StartDevice(db, client.id, {"thoughts:read"});
  });
  BOOST_TEST(ErrorOf(poll("unknown")) == "invalid_grant");
  BOOST_TEST(ErrorOf(poll(codes.device_code)) == "authorization_pending");
  BOOST_TEST(ErrorOf(poll(codes.device_code)) == "slow_down");
  Later("6 seconds");
  BOOST_TEST(ErrorOf(poll(codes.device_code)) == "slow_down");  // 10 seconds by now
  Later("16 seconds");
  BOOST_TEST(ErrorOf(poll(codes.device_code)) == "authorization_pending");
  WithDatabase([&](host::db::Database& db) {
    BOOST_TEST(oauth::DecideDevice(db, codes.user_code, user, true));
  });
  const auto granted = poll(codes.device_code, "nginx-id");
  BOOST_REQUIRE(granted.has_value());
  BOOST_TEST(granted->user_id == user);
  BOOST_TEST(granted->refresh_token != "");
  BOOST_TEST(poll(codes.device_code, "nginx-id")->refresh_token == granted->refresh_token);
  BOOST_TEST(ErrorOf(poll(codes.device_code, "other")) == "invalid_grant");
  BOOST_TEST(ErrorOf(Refresh(granted->refresh_token)) == "");
}

BOOST_AUTO_TEST_CASE(an_epoch_of_the_user_counts_from_its_word_for_the_device) {
  const auto end_sessions = [&] {
    Owner().Query(
        "UPDATE users SET epoch_ms = ceil(extract(epoch FROM clock_timestamp()) * 1000) "
        "WHERE id = $1",
        {std::to_string(user)});
  };
  for (const bool ended_after : {false, true}) {
    GrantResult result;
    WithDatabase([&](host::db::Database& db) {
      const auto codes = oauth::StartDevice(db, client.id, {"thoughts:read"});
      end_sessions();
      BOOST_TEST(oauth::DecideDevice(db, codes.user_code, user, true));
      Owner().Run("UPDATE oauth_device_codes SET decided = decided + interval '2 milliseconds'");
      if (ended_after) Owner().Run("UPDATE users SET epoch_ms = epoch_ms + 60000");
      result = oauth::PollDevice(db, client, codes.device_code, "k");
    });
    BOOST_TEST(ErrorOf(result) == (ended_after ? "invalid_grant" : ""));
  }
}

BOOST_AUTO_TEST_CASE(a_device_that_is_denied_or_too_late_is_told) {
  oauth::DeviceCodes codes;
  GrantResult result;
  WithDatabase([&](host::db::Database& db) {
    codes = oauth::StartDevice(db, client.id, {"thoughts:read"});
    oauth::DecideDevice(db, codes.user_code, user, false);
    result = oauth::PollDevice(db, client, codes.device_code, "k");
  });
  BOOST_TEST(ErrorOf(result) == "access_denied");
  WithDatabase([&](host::db::Database& db) {
    codes = oauth::StartDevice(db, client.id, {"thoughts:read"});
    Later("15 minutes");
    result = oauth::PollDevice(db, client, codes.device_code, "k");
  });
  BOOST_TEST(ErrorOf(result) == "expired_token");
}

BOOST_AUTO_TEST_CASE(what_is_over_is_cleared_away_and_what_lives_stays) {
  const auto old = NewToken();
  Later("31 days");
  const auto young = NewToken();
  WithDatabase([](host::db::Database& db) { oauth::PurgeGrants(db); });
  BOOST_TEST(Owner().One("SELECT count(*) FROM oauth_grants") == "1");
  BOOST_TEST(Owner().One("SELECT count(*) FROM oauth_codes") == "1");
  BOOST_TEST(ErrorOf(Refresh(young)) == "");
}

BOOST_AUTO_TEST_SUITE_END()
