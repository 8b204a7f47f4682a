// Thoughts as the API gives them, for thought.html and pager.html.
#pragma once

#include <string>
#include <string_view>

#include "functions/shared/front/api.h"
#include "functions/shared/front/visitor.h"
#include "functions/shared/web/page.h"

namespace front {

// One thought. `search`: what is marked in its text. Its owner may change it.
web::Data ThoughtData(Visitor& visitor, const Json& thought, std::string_view search = "");

// What {{> thought.html}} needs for each {{#thoughts}}, {{> pager.html}} for the links to the pages
// around, and `none` when the page holds nothing. `path`: of the list's page with its query so far,
// to which "cursor=..." is added.
void SetList(web::Data& data, Visitor& visitor, const ApiAnswer& list, const std::string& path,
             std::string_view search = "");

// The list's query for the API: newest first, the page that the visitor's own `cursor` names.
std::string ListQuery(const Visitor& visitor);

std::string UserPath(std::string_view username);

}  // namespace front
