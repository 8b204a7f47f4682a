// Forms of logged-in visitors: whether one may be acted on, the key it gives, what is wrong in it.
#pragma once

#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>

#include "functions/shared/front/visitor.h"

namespace front {

// The form of this page that was sent in the field `form`: a key for the API, the same when it is
// sent once more, so that a double click does it once. Otherwise what the visitor gets instead: the
// log-in and back here when the session has ended, else a page that says that the form was old.
std::expected<std::string, host::Response> CheckForm(Visitor& visitor, const std::string& purpose);

// For forms that may be sent again with other contents: such a key for these contents.
std::string KeyFor(const std::string& key, std::string_view contents);

// Why the form is there again: {{#FIELD_problem}} with {{#rules}}{{rule}} lists every rule that a
// field breaks; {{problem}} says what is not of one of these fields.
void SetProblem(web::Data& data, const host::Problem& problem,
                std::initializer_list<const char*> fields);

}  // namespace front
