// What the API says of sessions, apps and tokens, as templates use it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "functions/shared/front/api.h"
#include "functions/shared/front/when.h"
#include "functions/shared/web/page.h"

namespace front {

// For {{#NAME}}<time datetime="{{iso}}" title="{{in_full}}">{{ago}}</time>{{/NAME}}, or {{day}}:
// the object's time of that name. Not set when there is none.
void SetTime(web::Data& data, const Json& object, const char* name, Time now);

// For {{#rights}}{{words}}{{/rights}}: what these scopes, with spaces between them, allow.
web::Data Rights(std::string_view scopes);

}  // namespace front
