// Session, access, id and personal tokens: what each holds, and that none is taken for another.

#include <boost/test/unit_test.hpp>

#include "functions/shared/session/base64url.h"
#include "functions/shared/session/token.h"
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
constexpr TokenKind kKinds[] = {TokenKind::kSession, TokenKind::kAccess, TokenKind::kId,
                                TokenKind::kPersonal};

const Key& Es256() {
  static const Key key = Key::Generate(Algorithm::kEs256);
  return key;
}

Claims Someone(TokenKind kind) {
  Claims claims;
  claims.issuer = kIssuer;
  claims.user_id = 7;
  claims.username = "demo";
  claims.scopes = {"thoughts:read", "profile"};
  claims.issued_s = kNow;
  claims.expires_s = kNow + session::kAccessSeconds;
  claims.id = session::MakeUuid7(kNow * 1000 + 5);
  if (kind == TokenKind::kAccess || kind == TokenKind::kPersonal) claims.audience = kIssuer;
  if (kind == TokenKind::kAccess) {
    claims.client_id = "app-1";
    claims.grant = "grant-1";
    claims.auth_time_s = kNow - 60;
  }
  if (kind == TokenKind::kId) {
    claims.audience = "app-1";
    claims.nonce = "n\"1";
    claims.auth_time_s = kNow - 60;
  }
  return claims;
}

std::string Token(TokenKind kind, const Claims& claims) {
  return session::Sign(claims, kind, Es256());
}

std::string Taken(const std::expected<Claims, session::Refusal>& claims) {
  return claims ? "accepted" : std::string(session::Name(claims.error()));
}

std::string As(TokenKind kind, const std::string& token) {
  return Taken(session::Check(token, kind, KeySet({Es256()}), kIssuer, kNow));
}

std::string ForApi(const std::string& token) {
  return Taken(session::CheckForApi(token, KeySet({Es256()}), kIssuer, kNow));
}

std::string Forge(const std::string& typ, const std::string& payload) {
  const auto input = session::EncodeBase64Url(R"({"alg":"ES256","typ":")" + typ + "\"}") + "." +
                     session::EncodeBase64Url(payload);
  return input + "." + session::EncodeBase64Url(Es256().Sign(input));
}

std::string PayloadOf(const std::string& token) {
  const size_t first = token.find('.') + 1;
  return session::DecodeBase64Url(token.substr(first, token.rfind('.') - first)).value();
}

std::string AccessPayload(const std::string& subject, const std::string& more) {
  return R"({"iss":"http://localhost:8080","sub":")" + subject +
         R"(","username":"","scope":"","jti":"x","iat":)" + std::to_string(kNow) +
         ",\"exp\":" + std::to_string(kNow + 60) + more + "}";
}

const std::string kForApi = R"(,"aud":"http://localhost:8080","client_id":"app-1")";

}  // namespace

BOOST_AUTO_TEST_CASE(d2_every_kind_is_refused_where_another_is_wanted) {
  for (const TokenKind made : kKinds) {
    const auto token = Token(made, Someone(made));
    for (const TokenKind wanted : kKinds) {
      BOOST_TEST(As(wanted, token) == (made == wanted ? "accepted" : "wrong kind"),
                 session::Typ(made) << " as " << session::Typ(wanted));
    }
  }
}

BOOST_AUTO_TEST_CASE(d2_the_api_takes_every_kind_but_id_tokens) {
  for (const TokenKind made : kKinds) {
    BOOST_TEST(ForApi(Token(made, Someone(made))) ==
               (made == TokenKind::kId ? "wrong kind" : "accepted"));
  }
}

BOOST_AUTO_TEST_CASE(d2_a_payload_under_another_kinds_typ_is_refused) {
  for (const TokenKind made : kKinds) {
    const auto payload = PayloadOf(Token(made, Someone(made)));
    for (const TokenKind wanted : kKinds) {
      // An access token has all that a personal one needs; one signer makes both, for one audience.
      const bool fits = made == wanted || wanted == TokenKind::kId ||
                        (made == TokenKind::kAccess && wanted == TokenKind::kPersonal);
      if (fits) continue;
      BOOST_TEST(As(wanted, Forge(std::string(session::Typ(wanted)), payload)) == "malformed",
                 session::Typ(made) << " renamed to " << session::Typ(wanted));
    }
  }
}

BOOST_AUTO_TEST_CASE(d2_an_access_or_personal_token_for_another_audience_is_refused) {
  for (const TokenKind kind : {TokenKind::kAccess, TokenKind::kPersonal}) {
    Claims claims = Someone(kind);
    for (const std::string& other : {"http://localhost:8081"s, "app-1"s, kIssuer + "/"}) {
      claims.audience = other;
      BOOST_TEST(As(kind, Token(kind, claims)) == "other audience");
      BOOST_TEST(ForApi(Token(kind, claims)) == "other audience");
    }
    claims.audience = "";
    BOOST_TEST(As(kind, Token(kind, claims)) == "malformed");
    BOOST_TEST(As(kind, Forge(std::string(session::Typ(kind)),
                              AccessPayload(
                                  "7", R"(,"aud":["http://localhost:8080"],"client_id":"a")"))) ==
               "malformed");
  }
}

BOOST_AUTO_TEST_CASE(an_access_token_comes_back_as_it_was_signed) {
  const auto out = session::Check(Token(TokenKind::kAccess, Someone(TokenKind::kAccess)),
                                  TokenKind::kAccess, KeySet({Es256()}), kIssuer, kNow);
  BOOST_REQUIRE(out.has_value());
  BOOST_TEST((out->kind == TokenKind::kAccess));
  BOOST_TEST(out->user_id == 7);
  BOOST_TEST(out->username == "demo");
  BOOST_TEST(out->audience == kIssuer);
  BOOST_TEST(out->client_id == "app-1");
  BOOST_TEST(out->grant == "grant-1");
  BOOST_TEST(out->auth_time_s == kNow - 60);
  BOOST_TEST(out->issued_ms == kNow * 1000 + 5);
}

BOOST_AUTO_TEST_CASE(an_id_token_names_user_nonce_and_client_and_no_scope) {
  const auto token = Token(TokenKind::kId, Someone(TokenKind::kId));
  const auto out = session::Check(token, TokenKind::kId, KeySet({Es256()}), kIssuer, kNow);
  BOOST_REQUIRE(out.has_value());
  BOOST_TEST(out->audience == "app-1");
  BOOST_TEST(out->nonce == "n\"1");
  BOOST_TEST(out->username == "demo");
  BOOST_TEST(PayloadOf(token).find("\"preferred_username\":\"demo\"") != std::string::npos);
  BOOST_TEST(PayloadOf(token).find("scope") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_session_token_stays_one_for_plain_jwt_libraries) {
  Claims claims = Someone(TokenKind::kSession);
  claims.audience = kIssuer;
  claims.client_id = "app-1";
  const auto payload = PayloadOf(Token(TokenKind::kSession, claims));
  for (const char* name : {"aud", "client_id", "grant_id", "nonce", "auth_time"}) {
    BOOST_TEST(payload.find(name) == std::string::npos, name);
  }
}

BOOST_AUTO_TEST_CASE(a_clients_own_token_is_never_a_users) {
  Claims claims = Someone(TokenKind::kAccess);
  claims.user_id = 0;
  claims.username = "";
  const auto out = session::Check(Token(TokenKind::kAccess, claims), TokenKind::kAccess,
                                  KeySet({Es256()}), kIssuer, kNow);
  BOOST_REQUIRE(out.has_value());
  BOOST_TEST(out->user_id == 0);
  BOOST_TEST(out->client_id == "app-1");
  // A client that is named like a user's id.
  claims.client_id = "7";
  BOOST_CHECK_THROW(Token(TokenKind::kAccess, claims), std::invalid_argument);
  const auto twin = AccessPayload("7", R"(,"aud":"http://localhost:8080","client_id":"7")");
  BOOST_TEST(As(TokenKind::kAccess, Forge("at+jwt", twin)) == "malformed");
  BOOST_TEST(As(TokenKind::kAccess, Forge("at+jwt", AccessPayload("7", kForApi))) == "accepted");
  BOOST_TEST(As(TokenKind::kAccess, Forge("at+jwt", AccessPayload("app-2", kForApi))) ==
             "malformed");
  BOOST_TEST(As(TokenKind::kPersonal, Forge("pat+jwt", AccessPayload("app-1", kForApi))) ==
             "malformed");
}

BOOST_AUTO_TEST_CASE(claims_of_another_type_are_refused) {
  for (const std::string& more :
       {kForApi + R"(,"grant_id":7)", kForApi + R"(,"auth_time":"7")", kForApi + R"(,"nonce":[])",
        R"(,"aud":"http://localhost:8080","client_id":7)"s, R"(,"aud":"http://localhost:8080")"s}) {
    BOOST_TEST(As(TokenKind::kAccess, Forge("at+jwt", AccessPayload("7", more))) == "malformed",
               more);
  }
}
