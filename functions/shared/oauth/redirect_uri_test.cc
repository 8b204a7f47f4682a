#include "functions/shared/oauth/redirect_uri.h"

#include <boost/test/unit_test.hpp>

using oauth::IsSameRedirectUri;
using oauth::RedirectUriFault;

BOOST_AUTO_TEST_CASE(uris_of_sites_of_this_machine_and_of_apps_may_be_registered) {
  for (const char* uri :
       {"https://app.example/back", "https://app.example", "https://app.example:8443/back?from=x",
        "https://xn--bcher-kva.example/%C3%BC", "https://[2001:db8::1]/back", "https://192.0.2.1/",
        "http://127.0.0.1/back", "http://127.0.0.1:5000/back", "http://[::1]:5000/",
        "http://localhost/back", "com.example.app:/back", "com.example.app://back",
        "com.example.app:/back/to?x=y", "com.example.my-app:///back"}) {
    BOOST_TEST(RedirectUriFault(uri) == "", uri << ": " << RedirectUriFault(uri));
  }
}

BOOST_AUTO_TEST_CASE(d5_uris_with_tricks_may_not_be_registered) {
  for (const char* uri : {
           "",
           "/back",
           "app.example/back",
           "//app.example/back",
           "http://app.example/back",
           "http://127.0.0.1.evil.example/back",
           "http://127.0.0.1@evil.example/back",
           "http://localhost.evil.example/",
           "http://2130706433/",
           "http://127.1/",
           "ftp://app.example/",
           "javascript:alert(1)",
           "JaVaScRiPt:alert(1)",
           "javascript://app.example/%0aalert(1)",
           "data:text/html,x",
           "vbscript:x",
           "file:///etc/passwd",
           "about:blank",
           "myapp:/back",
           "Com.Example.App:/back",
           "com.example.:/back",
           "com..example:/back",
           "1com.example:/back",
           "com.example.app://user@host/back",
           "https://",
           "https:///back",
           "https:app.example/back",
           "https:/app.example/back",
           "https://user@app.example/back",
           "https://user:pw@app.example/back",
           "https://app.example@evil.example/back",
           "https://app.example\\@evil.example/back",
           "https://app.example\\evil",
           "https://app.example/back#here",
           "https://app.example/back#",
           "https://*.example/back",
           "https://app.example/*",
           "https://app.example/a b",
           "https://app.example/<x>",
           "https://app.example/\"x",
           "https://app.example/\tx",
           "https://app.example/\nx",
           "https://app.example/%",
           "https://app.example/%2",
           "https://app.example/%zz",
           "https://app.example/a/../b",
           "https://app.example/a/./b",
           "https://app.example/..",
           "https://app.example/%2e%2e/b",
           "https://app.example/a/.%2E/b",
           "https://APP.example/back",
           "https://app..example/",
           "https://.example/",
           "https://app.example:/back",
           "https://app.example:0/back",
           "https://app.example:080/back",
           "https://app.example:65536/back",
           "https://app.example:x/back",
           "https://app.ex%61mple/back",
           "https://b\u00fccher.example/back",
           "https://[::1/back",
           "https://[evil.example]/back",
           "https://[::1]evil/back",
           "https://app.example/[x]",
       }) {
    BOOST_TEST(RedirectUriFault(uri) != "", uri);
  }
  BOOST_TEST(RedirectUriFault("https://app.example/" + std::string(1000, 'a')) != "");
  BOOST_TEST(RedirectUriFault(std::string_view("https://app.example/\0x", 22)) != "");
}

BOOST_AUTO_TEST_CASE(d5_uris_are_compared_as_they_are_written) {
  const char* registered = "https://app.example/back";
  BOOST_TEST(IsSameRedirectUri(registered, registered));
  for (const char* asked : {"https://app.example/back/",
                            "https://app.example/back/more",
                            "https://app.example/bac",
                            "https://app.example/back?x=y",
                            "https://app.example/back#x",
                            "https://app.example/BACK",
                            "https://APP.example/back",
                            "HTTPS://app.example/back",
                            "http://app.example/back",
                            "https://app.example:443/back",
                            "https://app.example/%62ack",
                            "https://app.example//back",
                            "https://app.example/./back",
                            "https://app.example/x/../back",
                            "https://app.example/back%2e",
                            "https://u@app.example/back",
                            "https://app.example@evil.example/back",
                            "https://app.example\\@evil.example/back",
                            "https://app.example.evil.example/back",
                            "https://evil.example/https://app.example/back",
                            "javascript:alert(1)",
                            "",
                            " ",
                            "https://app.example/back ",
                            "https://app.example/back%00"}) {
    BOOST_TEST(!IsSameRedirectUri(registered, asked), asked);
  }
}

BOOST_AUTO_TEST_CASE(a_port_of_this_machine_is_free) {
  for (const char* registered : {"http://127.0.0.1/back", "http://127.0.0.1:8000/back"}) {
    for (const char* asked : {"http://127.0.0.1/back", "http://127.0.0.1:1/back",
                              "http://127.0.0.1:51004/back", "http://127.0.0.1:65535/back"}) {
      BOOST_TEST(IsSameRedirectUri(registered, asked), asked);
    }
    for (const char* asked :
         {"http://127.0.0.1:0/back", "http://127.0.0.1:65536/back", "http://127.0.0.1:/back",
          "http://127.0.0.1:8000@evil.example/back", "http://127.0.0.1:8000/back/",
          "http://127.0.0.1:8000/", "http://127.0.0.2:8000/back", "http://localhost:8000/back",
          "http://[::1]:8000/back", "https://127.0.0.1:8000/back", "http://127.0.0.1:80 00/back",
          "http://127.0.0.1:8000\\@evil.example/back"}) {
      BOOST_TEST(!IsSameRedirectUri(registered, asked), asked);
    }
  }
  BOOST_TEST(IsSameRedirectUri("http://[::1]/back", "http://[::1]:8000/back"));
  BOOST_TEST(IsSameRedirectUri("http://localhost/back", "http://localhost:8000/back"));
  BOOST_TEST(!IsSameRedirectUri("https://localhost/back", "https://localhost:8000/back"));
  BOOST_TEST(!IsSameRedirectUri("com.example.app://back", "com.example.app://back:80"));
}

BOOST_AUTO_TEST_CASE(users_are_shown_the_host) {
  BOOST_TEST(oauth::HostOf("https://app.example:8443/back") == "app.example");
  BOOST_TEST(oauth::HostOf("http://[::1]:80/") == "[::1]");
  BOOST_TEST(oauth::HostOf("com.example.app:/back") == "com.example.app");
  BOOST_TEST(oauth::IsOnDevice("com.example.app:/back"));
  BOOST_TEST(oauth::IsOnDevice("http://127.0.0.1/back"));
  BOOST_TEST(!oauth::IsOnDevice("https://app.example/back"));
}
