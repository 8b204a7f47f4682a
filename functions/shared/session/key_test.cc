#include "functions/shared/session/key.h"

#include <boost/test/unit_test.hpp>

#include "functions/shared/session/base64url.h"
#include "functions/shared/session/uuid7.h"

using session::Algorithm;
using session::Key;
using namespace std::string_literals;

namespace {

constexpr Algorithm kPairs[] = {Algorithm::kEs256, Algorithm::kRs256, Algorithm::kEdDsa};

auto Says(const std::string& text) {
  return [text](const std::runtime_error& error) {
    return std::string(error.what()).find(text) != std::string::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(base64url_gives_back_the_bytes_and_has_no_padding) {
  BOOST_TEST(session::EncodeBase64Url("") == "");
  BOOST_TEST(session::EncodeBase64Url("f") == "Zg");
  BOOST_TEST(session::EncodeBase64Url("\xFB\xFF\xBE"s) == "-_--");
  for (const std::string& bytes : {""s, "f"s, "fo"s, "foo"s, "foob"s, "\0\xFF\x80"s}) {
    BOOST_TEST(session::DecodeBase64Url(session::EncodeBase64Url(bytes)).value() == bytes);
  }
}

BOOST_AUTO_TEST_CASE(base64url_refuses_every_second_way_to_write_the_same_bytes) {
  for (const std::string& bad :
       {"Zg=="s, "Zh"s, "Zm9"s + "/", "Z"s, "Zm9vY"s, "Z g"s, "Zg\n"s, "Zm+v"s, "Zm9p\0"s}) {
    BOOST_TEST(!session::DecodeBase64Url(bad), bad);
  }
}

BOOST_AUTO_TEST_CASE(a_uuid7_holds_its_millisecond_and_never_comes_twice) {
  const std::string id = session::MakeUuid7(1'764'000'000'123);
  BOOST_TEST(id.size() == 36u);
  BOOST_TEST(session::Uuid7Time(id).value() == 1'764'000'000'123);
  BOOST_TEST(session::MakeUuid7(1) != session::MakeUuid7(1));
  // RFC 9562, appendix A.6.
  BOOST_TEST(session::Uuid7Time("017f22e2-79b0-7cc3-98c4-dc0c0c07398f").value() == 1645557742000);
  BOOST_TEST(!session::Uuid7Time("017f22e2-79b0-4cc3-98c4-dc0c0c07398f"));
  BOOST_TEST(!session::Uuid7Time("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
}

BOOST_AUTO_TEST_CASE(a_pair_signs_and_its_public_half_checks) {
  for (const Algorithm algorithm : kPairs) {
    const Key pair = Key::Generate(algorithm);
    const Key read = Key::FromPrivatePem(pair.PrivatePem(), "private.pem");
    const auto checkers = Key::FromPublicPem(pair.PublicPem(), "public.pem");
    BOOST_REQUIRE(checkers.size() == 1u);
    BOOST_TEST(checkers[0].id() == pair.id());
    BOOST_CHECK(checkers[0].algorithm() == algorithm);
    const std::string signature = read.Sign("message");
    BOOST_TEST(checkers[0].Verify("message", signature));
    BOOST_TEST(!checkers[0].Verify("messagf", signature));
    BOOST_TEST(!checkers[0].Verify("message", signature + '\0'));
    BOOST_TEST(!checkers[0].Verify("message", ""));
    BOOST_CHECK_THROW(checkers[0].Sign("message"), std::logic_error);
  }
}

BOOST_AUTO_TEST_CASE(key_ids_are_thumbprints) {
  // RFC 8037, appendix A.3.
  const auto keys = Key::FromPublicPem(
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
      "-----END PUBLIC KEY-----\n",
      "rfc8037.pem");
  BOOST_TEST(keys.at(0).id() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

BOOST_AUTO_TEST_CASE(an_es256_signature_is_64_bytes_and_nothing_else) {
  const Key key = Key::Generate(Algorithm::kEs256);
  const std::string signature = key.Sign("m");
  BOOST_TEST(signature.size() == 64u);
  BOOST_TEST(!key.Verify("m", signature.substr(0, 63)));
  BOOST_TEST(!key.Verify("m", std::string(1, '\0') + signature));
  BOOST_TEST(!key.Verify("m", std::string(64, '\0')));
}

BOOST_AUTO_TEST_CASE(one_file_may_hold_several_public_keys) {
  const Key old_key = Key::Generate(Algorithm::kEs256);
  const Key new_key = Key::Generate(Algorithm::kEdDsa);
  const auto keys = Key::FromPublicPem("# old\n" + old_key.PublicPem() + new_key.PublicPem(), "k");
  BOOST_REQUIRE(keys.size() == 2u);
  BOOST_TEST(keys[1].id() == new_key.id());
}

BOOST_AUTO_TEST_CASE(a_bad_key_file_is_named_with_its_fault) {
  const Key pair = Key::Generate(Algorithm::kEs256);
  BOOST_CHECK_EXCEPTION(Key::FromPublicPem("", "a.pem"), std::runtime_error,
                        Says("a.pem: no public key"));
  BOOST_CHECK_EXCEPTION(Key::FromPublicPem(pair.PrivatePem(), "a.pem"), std::runtime_error,
                        Says("a.pem: holds something other"));
  BOOST_CHECK_EXCEPTION(Key::FromPublicPem(pair.PublicPem().substr(0, 60), "a.pem"),
                        std::runtime_error, Says("a.pem: ends within"));
  BOOST_CHECK_EXCEPTION(Key::FromPrivatePem(pair.PublicPem(), "b.pem"), std::runtime_error,
                        Says("b.pem: no private key"));
  BOOST_CHECK_EXCEPTION(Key::FromSecret("short", "c"), std::runtime_error, Says("c: a shared"));
  BOOST_CHECK_THROW(Key::FromSecret(pair.PublicPem(), "c"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_public_key_is_written_as_a_jwk_without_its_private_half) {
  for (const auto algorithm : {Algorithm::kEs256, Algorithm::kRs256, Algorithm::kEdDsa}) {
    const auto key = Key::Generate(algorithm);
    const std::string jwk = key.PublicJwk();
    BOOST_TEST(jwk.find(R"("alg":")" + std::string(Name(algorithm)) + "\"") != std::string::npos);
    BOOST_TEST(jwk.find(R"("kid":")" + key.id() + R"(","use":"sig"})") != std::string::npos);
    BOOST_TEST(jwk.find("\"d\"") == std::string::npos);
  }
  BOOST_CHECK_THROW(Key::FromSecret(std::string(32, 's'), "c").PublicJwk(), std::logic_error);
}
