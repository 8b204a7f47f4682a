// The form in which thoughts are written: a new one, or another text for one that is there.
//
// What was typed is never lost: it stands in the form again when it was refused, and goes along
// through the log-in when the session ended meanwhile.
#pragma once

#include <optional>
#include <string>

#include "functions/shared/front/visitor.h"

namespace front {

inline constexpr char kNewThought[] = "/thoughts/new";

struct Compose {
  std::string action = kNewThought;  // or "/thoughts/7/edit"
  std::string text{};
};

// What {{> compose.html}} needs. `problem`: why the form is there again; null for none.
void SetCompose(web::Data& data, Visitor& visitor, const Compose& compose,
                const host::Problem* problem = nullptr);

// The form as a page of its own, with the problem's status.
host::Response ComposePage(Visitor& visitor, const Compose& compose,
                           const host::Problem* problem = nullptr);

// The form that was sent to `action`: a key for the API, the same when this text is sent once more
// from the same form, so that a double click posts once. Otherwise what the visitor gets instead:
// the log-in, which takes the text along, or the form again.
std::expected<std::string, host::Response> CheckCompose(Visitor& visitor, const Compose& sent);

// What the API's refusal of the text leads to.
host::Response Refused(Visitor& visitor, const Compose& sent, const host::Problem& problem);

// The log-in page, which takes along what was being written.
host::Response LogInAndCompose(Visitor& visitor, const Compose& compose);

// What such a log-in took along, when it did.
std::optional<Compose> CarriedCompose(const Visitor& visitor);

}  // namespace front
