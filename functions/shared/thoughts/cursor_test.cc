#include "functions/shared/thoughts/cursor.h"

#include <boost/test/unit_test.hpp>

#include "functions/shared/session/base64url.h"

namespace {

using thoughts::Cursor;
using thoughts::Decode;
using thoughts::Encode;

BOOST_AUTO_TEST_CASE(a_cursor_comes_back_as_it_was) {
  for (const auto& cursor :
       {Cursor{false, false, 77, "", {}}, Cursor{true, true, 1, "", {}},
        Cursor{false, false, 9, "10:12:10,11", {}}, Cursor{false, false, 9, "10:10:", {3, 4}}}) {
    const auto text = Encode(cursor);
    BOOST_TEST((Decode(text) == cursor));
    BOOST_TEST(text.find_first_not_of(
                   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const auto* text : {"",
                           "n",
                           "xa1",
                           "nx1",
                           "na",
                           "na-1",
                           "na+1",
                           "na01",
                           "na1 ",
                           "na9223372036854775807",
                           "na1;",
                           "na1;5",
                           "na1;0:1:;",
                           "na1;5:4:;",
                           "na1;5:9:4;",
                           "na1;5:9:9;",
                           "na1;5:9:7,6;",
                           "na1;5:9:7,7;",
                           "na1;a:b:c;",
                           "na1;5:9:;x",
                           "pa1;5:9:;",
                           "nd1;5:9:;",
                           "na1;5:9:;1",
                           "na1;5:9:7,;",
                           "na1;1:4294967296:;"}) {
    BOOST_TEST(!Decode(session::EncodeBase64Url(text)), text);
  }
  for (const auto* text : {"", "abc=", "!!!!", "bmEx\n", "77"}) BOOST_TEST(!Decode(text), text);
}

}  // namespace
