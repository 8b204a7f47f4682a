#include "functions/shared/session/token.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "functions/shared/session/base64url.h"
#include "functions/shared/session/uuid7.h"

using session::Algorithm;
using session::Claims;
using session::Key;
using session::KeySet;
using session::TokenKind;
using namespace std::string_literals;

namespace {

constexpr int64_t kNow = 1'764'000'000;
const std::string kIssuer = "http://localhost:8080";

Claims Someone() {
  return {kIssuer,
          7,
          "J\xC3\xBCrgen \"J\"",
          {"thoughts:read", "profile"},
          kNow,
          kNow + session::kSessionSeconds,
          session::MakeUuid7(kNow * 1000 + 5),
          0};
}

const Key& Es256() {
  static const Key key = Key::Generate(Algorithm::kEs256);
  return key;
}

KeySet Only(const Key& key) { return KeySet({key}); }

std::string Refused(std::string_view token, const KeySet& keys, int64_t now_s = kNow) {
  const auto claims = session::Check(token, TokenKind::kSession, keys, kIssuer, now_s);
  return claims ? "accepted" : std::string(session::Name(claims.error()));
}

std::string Forge(const std::string& header, const std::string& payload, const Key& key = Es256()) {
  const auto input = session::EncodeBase64Url(header) + "." + session::EncodeBase64Url(payload);
  return input + "." + session::EncodeBase64Url(key.Sign(input));
}

std::string Header(const std::string& more = "") {
  return R"({"alg":"ES256","kid":")" + Es256().id() + R"(","typ":"session+jwt")" + more + "}";
}

std::string Payload(const std::string& more = "") {
  return R"({"iss":"http://localhost:8080","sub":"7","username":"u","scope":"","jti":"x","iat":)" +
         std::to_string(kNow) + R"(,"exp":)" + std::to_string(kNow + 60) + more + "}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(claims_come_back_as_they_were_signed_with_every_algorithm) {
  for (const Key& key :
       {Es256(), Key::Generate(Algorithm::kRs256), Key::Generate(Algorithm::kEdDsa),
        Key::FromSecret(std::string(32, 's'), "secret")}) {
    const Claims in = Someone();
    const auto token = session::Sign(in, TokenKind::kSession, key);
    const auto out = session::Check(token, TokenKind::kSession, Only(key), kIssuer, kNow);
    BOOST_REQUIRE(out.has_value());
    BOOST_TEST(out->user_id == 7);
    BOOST_TEST(out->username == in.username);
    BOOST_TEST(out->scopes == in.scopes);
    BOOST_TEST(out->id == in.id);
    BOOST_TEST(out->issued_ms == kNow * 1000 + 5);
    BOOST_TEST(out->expires_s == in.expires_s);
  }
}

BOOST_AUTO_TEST_CASE(a_handmade_token_of_the_right_form_passes) {
  BOOST_TEST(Refused(Forge(Header(), Payload()), Only(Es256())) == "accepted");
  BOOST_TEST(
      Refused(Forge(Header(R"(,"jku":"http://evil/","jwk":{"kty":"oct","k":"AA"},"x5u":"x")"),
                    Payload(R"(,"other":[1,{"a":null}])")),
              Only(Es256())) == "accepted");
  BOOST_TEST(Refused(Forge(R"({"alg":"ES256","typ":"session+jwt"})", Payload()), Only(Es256())) ==
             "accepted");
}

BOOST_AUTO_TEST_CASE(d1_a_token_without_signature_is_refused) {
  const auto payload = session::EncodeBase64Url(Payload());
  for (const std::string& alg : {"none"s, "None"s, "NONE"s, ""s, "ES256"s}) {
    const auto header = R"({"alg":")" + alg + R"(","typ":"session+jwt"})";
    BOOST_TEST(Refused(session::EncodeBase64Url(header) + "." + payload + ".", Only(Es256())) ==
               "forged");
  }
  BOOST_TEST(Refused(session::EncodeBase64Url(Header()) + "." + payload, Only(Es256())) ==
             "malformed");
}

BOOST_AUTO_TEST_CASE(d1_the_key_decides_the_algorithm_not_the_token) {
  const Key rsa = Key::Generate(Algorithm::kRs256);
  // The classic swap: the public key's text as an HMAC secret.
  const auto input = session::EncodeBase64Url(R"({"alg":"HS256","kid":")" + rsa.id() +
                                              R"(","typ":"session+jwt"})") +
                     "." + session::EncodeBase64Url(Payload());
  const Key hmac = Key::FromSecret("public key " + rsa.id(), "swap");
  const auto swapped = input + "." + session::EncodeBase64Url(hmac.Sign(input));
  BOOST_TEST(Refused(swapped, Only(rsa)) == "forged");
  BOOST_TEST(Refused(swapped, KeySet({rsa, hmac})) == "forged");
  // A right signature under another algorithm's name.
  const auto renamed = R"({"alg":"RS384","kid":")" + rsa.id() + R"(","typ":"session+jwt"})";
  BOOST_TEST(Refused(Forge(renamed, Payload(), rsa), Only(rsa)) == "forged");
  BOOST_TEST(Refused(Forge(R"({"typ":"session+jwt"})", Payload()), Only(Es256())) == "forged");
}

BOOST_AUTO_TEST_CASE(d1_a_key_that_the_token_brings_along_is_never_used) {
  const Key evil = Key::Generate(Algorithm::kEs256);
  for (const std::string& more :
       {R"("jwk":{"kty":"EC","crv":"P-256"})"s, R"("jku":"http://127.0.0.1:1/keys.json")"s,
        R"("x5u":"http://127.0.0.1:1/cert.pem")"s, R"("x5c":["MIIB"])"s}) {
    for (const std::string& kid : {Es256().id(), evil.id()}) {
      const auto header =
          R"({"alg":"ES256","kid":")" + kid + R"(","typ":"session+jwt",)" + more + "}";
      BOOST_TEST(Refused(Forge(header, Payload(), evil), Only(Es256())) ==
                     (kid == evil.id() ? "unknown key" : "forged"),
                 more);
    }
  }
}

BOOST_AUTO_TEST_CASE(d1_a_kid_is_only_looked_up_in_the_fixed_set) {
  for (const std::string& kid : {"../../etc/passwd"s, "/dev/null"s, "' OR 1=1 --"s, "http://evil/"s,
                                 "\\u0000"s, std::string(4000, 'k')}) {
    const auto header = R"({"alg":"ES256","kid":")" + kid + R"(","typ":"session+jwt"})";
    BOOST_TEST(Refused(Forge(header, Payload()), Only(Es256())) == "unknown key");
  }
  for (const std::string& kid : {"\"\""s, "7"s, "null"s, "{}"s}) {
    const auto header = R"({"alg":"ES256","kid":)" + kid + R"(,"typ":"session+jwt"})";
    BOOST_TEST(Refused(Forge(header, Payload()), Only(Es256())) == "malformed");
  }
  const auto without = Forge(R"({"alg":"ES256","typ":"session+jwt"})", Payload());
  const KeySet two({Es256(), Key::Generate(Algorithm::kEs256)});
  BOOST_TEST(Refused(without, two) == "unknown key");
  BOOST_TEST(Refused(without, KeySet()) == "unknown key");
}

BOOST_AUTO_TEST_CASE(d1_an_es256_signature_in_der_or_of_another_length_is_refused) {
  const auto token = Forge(Header(), Payload());
  const auto dot = token.rfind('.');
  for (const size_t size : {0, 32, 63, 65, 70, 72, 128}) {
    BOOST_TEST(Refused(token.substr(0, dot + 1) + session::EncodeBase64Url(std::string(size, '1')),
                       Only(Es256())) == "forged");
  }
}

BOOST_AUTO_TEST_CASE(d1_every_changed_character_spoils_a_token) {
  const auto token = Forge(Header(), Payload());
  for (size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BOOST_TEST(Refused(changed, Only(Es256())) != "accepted", i);
  }
}

BOOST_AUTO_TEST_CASE(d1_bytes_around_a_token_are_refused) {
  const auto token = Forge(Header(), Payload());
  for (const std::string& bad :
       {token + ".", token + "=", token + " ", " " + token, token + "\n", token + ".x",
        token + '\0', "." + token, ""s, "."s, ".."s, "..."s, "a.b.c"s}) {
    BOOST_TEST(Refused(bad, Only(Es256())) == "malformed", bad);
  }
  BOOST_TEST(Refused(Forge(Header(), Payload() + "{}"), Only(Es256())) == "malformed");
  BOOST_TEST(Refused(Forge(Header() + "x", Payload()), Only(Es256())) == "malformed");
}

BOOST_AUTO_TEST_CASE(d1_json_that_reads_in_two_ways_is_refused) {
  BOOST_TEST(Refused(Forge(Header(), Payload(R"(,"sub":"8")")), Only(Es256())) == "malformed");
  BOOST_TEST(Refused(Forge(Header(R"(,"alg":"none")"), Payload()), Only(Es256())) == "malformed");
  BOOST_TEST(Refused(Forge(Header(), Payload(R"(,"x":{"a":1,"a":2})")), Only(Es256())) ==
             "malformed");
  BOOST_TEST(Refused(Forge(Header(), Payload(",\"x\":\"\xFF\"")), Only(Es256())) == "malformed");
  for (const std::string& other : {"[]"s, "\"text\""s, "7"s, "null"s, ""s, "{"s, "{}"s}) {
    BOOST_TEST(Refused(Forge(Header(), other), Only(Es256())) == "malformed", other);
  }
}

BOOST_AUTO_TEST_CASE(d1_deep_or_long_tokens_cost_little) {
  const auto start = std::chrono::steady_clock::now();
  const std::string deep(5000, '[');
  BOOST_TEST(Refused(Forge(Header(R"(,"x":)" + deep), Payload()), Only(Es256())) == "malformed");
  BOOST_TEST(Refused(Forge(Header(), Payload(R"(,"x":)" + deep)), Only(Es256())) == "malformed");
  BOOST_TEST(Refused(Forge(Header(), Payload()) + std::string(10'000'000, 'A'), Only(Es256())) ==
             "malformed");
  BOOST_TEST(Refused(std::string(session::kMaxTokenBytes, '.'), Only(Es256())) == "malformed");
  BOOST_CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

BOOST_AUTO_TEST_CASE(d2_another_kind_of_token_is_refused) {
  for (const std::string& typ : {"JWT"s, "at+jwt"s, "SESSION+JWT"s, ""s}) {
    const auto header = R"({"alg":"ES256","typ":")" + typ + "\"}";
    BOOST_TEST(Refused(Forge(header, Payload()), Only(Es256())) == "wrong kind");
  }
  BOOST_TEST(Refused(Forge(R"({"alg":"ES256"})", Payload()), Only(Es256())) == "wrong kind");
  BOOST_TEST(Refused(Forge(Header(), Payload(R"(,"aud":"x")")), Only(Es256())) == "malformed");
  BOOST_TEST(Refused(Forge(Header(R"(,"crit":["exp"])"), Payload()), Only(Es256())) == "malformed");
}

BOOST_AUTO_TEST_CASE(claims_that_are_missing_or_of_another_type_are_refused) {
  const std::string good = Payload();
  const auto with = [&](const std::string& from, const std::string& to) {
    auto payload = good;
    payload.replace(payload.find(from), from.size(), to);
    return Refused(Forge(Header(), payload), Only(Es256()));
  };
  const std::string exp = ",\"exp\":" + std::to_string(kNow + 60);
  BOOST_TEST(with(exp, "") == "malformed");
  BOOST_TEST(with(exp, ",\"exp\":\"9999999999\"") == "malformed");
  BOOST_TEST(with(exp, ",\"exp\":1e18") == "malformed");
  BOOST_TEST(with(exp, ",\"exp\":9223372036854775807") == "malformed");
  BOOST_TEST(with(exp, ",\"exp\":99999999999999999999") == "malformed");
  BOOST_TEST(with(exp, ",\"exp\":-1") == "malformed");
  for (const std::string& sub : {"7"s, "\"\""s, "\"-7\""s, "\"07\""s, "\"7 \""s, "\"0\""s,
                                 "\"99999999999999999999\""s, "[\"7\"]"s}) {
    BOOST_TEST(with("\"sub\":\"7\"", "\"sub\":" + sub) == "malformed", sub);
  }
  BOOST_TEST(with("\"jti\":\"x\"", "\"jti\":\"\"") == "malformed");
  BOOST_TEST(with("localhost", "otherhost") == "other issuer");
}

BOOST_AUTO_TEST_CASE(time_decides_with_five_seconds_of_leeway) {
  const auto token = Forge(Header(), Payload());
  BOOST_TEST(Refused(token, Only(Es256()), kNow + 60 + 4) == "accepted");
  BOOST_TEST(Refused(token, Only(Es256()), kNow + 60 + 5) == "expired");
  BOOST_TEST(Refused(token, Only(Es256()), kNow - 5) == "accepted");
  BOOST_TEST(Refused(token, Only(Es256()), kNow - 6) == "not yet valid");
  const auto later = Forge(Header(), Payload(",\"nbf\":" + std::to_string(kNow + 30)));
  BOOST_TEST(Refused(later, Only(Es256()), kNow) == "not yet valid");
  BOOST_TEST(Refused(later, Only(Es256()), kNow + 25) == "accepted");
}

BOOST_AUTO_TEST_CASE(d3_old_and_new_keys_are_good_together_and_a_retired_one_is_not) {
  const Key next = Key::Generate(Algorithm::kEs256);
  const auto old_token = session::Sign(Someone(), TokenKind::kSession, Es256());
  const auto new_token = session::Sign(Someone(), TokenKind::kSession, next);
  const KeySet both({Es256(), next});
  BOOST_TEST(Refused(old_token, both) == "accepted");
  BOOST_TEST(Refused(new_token, both) == "accepted");
  BOOST_TEST(Refused(old_token, Only(next)) == "unknown key");
}
