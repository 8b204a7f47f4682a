#include "functions/shared/web/page.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

using web::Answer;

namespace {

std::string Header(const host::Response& response, std::string_view name) {
  return std::string(response.header(name).value_or(""));
}

bool Holds(const host::Response& response, std::string_view text) {
  return response.body().find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(d8_values_are_escaped_in_text_and_attributes) {
  const std::string evil = "\"'><script>alert(1)</script>&{{title}}";
  web::Data data{"x", evil};
  const auto page = Answer(
      {.title = evil, .body = "<p title=\"{{x}}\">{{x}}</p><i title='{{x}}'></i>", .data = data});
  const std::string safe = "&quot;&apos;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;{{title}}";
  BOOST_TEST(Holds(page, "<title>" + safe + " \xC2\xB7 Thoughts</title>"));
  BOOST_TEST(Holds(page, "<p title=\"" + safe + "\">" + safe + "</p><i title='" + safe + "'>"));
  BOOST_TEST(!Holds(page, "<script"));
}

BOOST_AUTO_TEST_CASE(d8_values_are_no_templates) {
  web::Data data{"x", "{{secret}} {{> message.html}} {{#secret}}y{{/secret}}"};
  data.set("secret", "planted");
  const auto page = Answer({.title = "t", .body = "<p>{{x}}</p>", .data = data});
  BOOST_TEST(!Holds(page, "planted"));
}

BOOST_AUTO_TEST_CASE(d5_a_page_cannot_be_framed_and_runs_no_code) {
  const auto page = Answer({.title = "t", .body = "<p></p>"});
  BOOST_TEST(page.status() == 200);
  BOOST_TEST(Header(page, "content-type") == "text/html; charset=utf-8");
  BOOST_TEST(Header(page, "content-security-policy") ==
             "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
             "frame-ancestors 'none'; form-action 'self'");
  BOOST_TEST(Header(page, "x-frame-options") == "DENY");
  BOOST_TEST(Header(page, "x-content-type-options") == "nosniff");
  BOOST_TEST(Header(page, "referrer-policy") == "same-origin");
  BOOST_TEST(Header(page, "cache-control") == "no-store");
}

BOOST_AUTO_TEST_CASE(the_layout_is_complete_html_with_a_skip_link_and_a_versioned_stylesheet) {
  const auto page = Answer({.title = "t", .body = "<p>here</p>"});
  for (const char* text :
       {"<!doctype html>", "<html lang=\"en\">", "name=\"viewport\"", "href=\"#main\"",
        "<main id=\"main\"", "<p>here</p>", "href=\"/static/thoughts."}) {
    BOOST_TEST(Holds(page, text), text);
  }
}

BOOST_AUTO_TEST_CASE(a_message_keeps_the_headers_of_its_problem) {
  const auto page = web::Message("Wait", {429, "Later, please.", {}, {{"Retry-After", "7"}}});
  BOOST_TEST(page.status() == 429);
  BOOST_TEST(Header(page, "retry-after") == "7");
  BOOST_TEST(Holds(page, "Later, please."));
}

BOOST_AUTO_TEST_CASE(a_broken_template_is_our_mistake_and_no_half_page) {
  BOOST_CHECK_THROW(Answer({.title = "t", .body = "{{#a}}<p>"}), std::logic_error);
  BOOST_CHECK_THROW(web::Template("none.html"), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_a_303_that_is_not_kept) {
  const auto response = web::SeeOther("/there");
  BOOST_TEST(response.status() == 303);
  BOOST_TEST(Header(response, "location") == "/there");
  BOOST_TEST(Header(response, "cache-control") == "no-store");
  BOOST_TEST(Header(response, "referrer-policy") == "same-origin");
}

BOOST_AUTO_TEST_CASE(forms_may_lead_where_the_redirect_goes) {
  BOOST_TEST(web::FormTargets("https://app.example/back?x=1") == "https:");
  BOOST_TEST(web::FormTargets("http://127.0.0.1:7777/back") == "http://127.0.0.1:7777 https:");
  BOOST_TEST(web::FormTargets("http://localhost?x") == "http://localhost https:");
  BOOST_TEST(web::FormTargets("http://[::1]:7777/back") == "http: https:");
  BOOST_TEST(web::FormTargets("com.example.app:/back") == "com.example.app:");
  const auto page = Answer({.title = "t", .body = "", .form_targets = "com.example.app:"});
  BOOST_TEST(
      Header(page, "content-security-policy").ends_with("form-action 'self' com.example.app:"));
}
