// How clients register, and how they prove who they are.

#include "functions/shared/oauth/flows/flows.h"

using namespace oauth::flows;
using accounts::testing::Owner;
using oauth::testing::Add;
using oauth::testing::ConfidentialClient;
using oauth::testing::kSecret;
using oauth::testing::PublicClient;

namespace {

struct World : Site {
  void CheckInvalidClient(const Told& told) {
    BOOST_TEST(told.status == 401);
    BOOST_TEST(told["error"] == "invalid_client");
    BOOST_TEST(told.response.header("www-authenticate").value() == "Basic realm=\"oauth\"");
  }
  const Form form{{"grant_type", "client_credentials"}};
  Form With(const std::string& id, const std::string& secret) const {
    auto all = form;
    all.emplace_back("client_id", id);
    if (!secret.empty()) all.emplace_back("client_secret", secret);
    return all;
  }
  const oauth::Client server = Add(ConfidentialClient());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(clients, World)

BOOST_AUTO_TEST_CASE(d6_a_registration_is_201_with_a_secret_that_never_expires) {
  const auto told = Register(R"({"redirect_uris":["https://app.example/back"],
      "grant_types":["client_credentials","authorization_code"]})");
  BOOST_TEST(told.status == 201);
  BOOST_TEST(told.response.header("cache-control").value() == "no-store");
  BOOST_TEST(told.json.at("client_secret_expires_at").is_number_integer());
  BOOST_TEST(told.json.at("client_secret_expires_at") == 0);
  BOOST_TEST(told.json.at("client_id_issued_at").get<long>() > 1'700'000'000);
  BOOST_TEST(told.json.at("response_types").dump() == R"(["code"])");
  BOOST_TEST(told["token_endpoint_auth_method"] == "client_secret_basic");
  BOOST_TEST(Token(form, told["client_id"] + ":" + told["client_secret"]).status == 200);
  BOOST_TEST(Owner().One("SELECT count(*) FROM oauth_clients c WHERE c::text LIKE $1",
                         {"%" + told["client_secret"] + "%"}) == "0");
}

BOOST_AUTO_TEST_CASE(a_public_client_gets_no_secret) {
  const auto told = Register(
      R"({"redirect_uris":["com.example.app:/back"],"token_endpoint_auth_method":"none",
          "scope":"admin openid"})");
  BOOST_TEST(told.status == 201);
  BOOST_TEST(!told.json.contains("client_secret"));
  BOOST_TEST(told["scope"] == "openid");
}

BOOST_AUTO_TEST_CASE(one_network_registers_so_many_clients_in_an_hour) {
  const std::string json = R"({"redirect_uris":["https://app.example/back"]})";
  Told told;
  for (int i = 0; i < oauth::kMostRegistrations; ++i) told = Register(json, "2001:db8::1");
  BOOST_TEST(told.status == 201);
  told = Register(json, "2001:db8::2");
  BOOST_TEST(told.status == 429);
  BOOST_TEST(told.response.header("retry-after").value() == "3600");
  BOOST_TEST(Register(json, "2001:db8:0:1::1").status == 201);
}

BOOST_AUTO_TEST_CASE(a_client_with_a_secret_sends_it_either_way) {
  BOOST_TEST(Token(form, server.id + ":" + kSecret).status == 200);
  BOOST_TEST(Token(With(server.id, kSecret)).status == 200);
  auto same = form;
  same.emplace_back("client_id", server.id);
  BOOST_TEST(Token(same, server.id + ":" + kSecret).status == 200);
}

BOOST_AUTO_TEST_CASE(unknown_clients_and_wrong_secrets_are_told_the_same) {
  const auto app = Add(PublicClient());
  const auto wrong = Token(form, server.id + ":wrong");
  CheckInvalidClient(wrong);
  BOOST_TEST(Token(form, "app-unknown:wrong").response.body() == wrong.response.body());
  CheckInvalidClient(Token(form));
  CheckInvalidClient(Token(With(server.id, "")));
  CheckInvalidClient(Token(With(server.id, "wrong")));
  CheckInvalidClient(Token(form, server.id + ":"));
  CheckInvalidClient(Token(form, "no colon"));
  CheckInvalidClient(Token(form, "%zz:x"));
  CheckInvalidClient(Token(With("' OR 1=1", "x")));
  CheckInvalidClient(Token(With(app.id, "a-secret-that-it-does-not-have")));
}

BOOST_AUTO_TEST_CASE(a_client_that_authenticates_twice_is_refused) {
  BOOST_TEST(Token(With(server.id, kSecret), server.id + ":" + kSecret)["error"] ==
             "invalid_request");
  BOOST_TEST(Token(With("other", ""), server.id + ":" + kSecret)["error"] == "invalid_request");
}

BOOST_AUTO_TEST_CASE(a_client_does_what_it_registered_for) {
  auto client = PublicClient();
  client.grant_types = {oauth::kAuthorizationCode};
  client = Add(client);
  BOOST_TEST(Device({{"client_id", client.id}})["error"] == "unauthorized_client");
  BOOST_TEST(Token({{"grant_type", oauth::kDeviceCode},
                    {"device_code", "x"},
                    {"client_id", client.id}})["error"] == "unauthorized_client");
  BOOST_TEST(Device({{"client_id", Add(PublicClient()).id}, {"scope", "admin"}})["error"] ==
             "invalid_scope");
}

BOOST_AUTO_TEST_SUITE_END()
