#include "functions/shared/front/compose.h"

#include "functions/shared/front/form.h"
#include "functions/shared/front/log_in.h"

namespace front {
namespace {

constexpr char kEnded[] = "Your session has ended. Log in, and your text is still there.";

std::string PurposeOf(const Compose& compose) { return "write " + compose.action; }

bool IsNew(const Compose& compose) { return compose.action == kNewThought; }

// /thoughts/DIGITS/edit
bool IsEdit(std::string_view action) {
  constexpr std::string_view kBefore = "/thoughts/", kAfter = "/edit";
  if (!action.starts_with(kBefore) || !action.ends_with(kAfter)) return false;
  const auto id = action.substr(kBefore.size(), action.size() - kBefore.size() - kAfter.size());
  return !id.empty() && id.size() < 20 &&
         id.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void SetCompose(web::Data& data, Visitor& visitor, const Compose& compose,
                const host::Problem* problem) {
  data.set("compose_action", compose.action);
  data.set("compose_form", visitor.UserForm(PurposeOf(compose)));
  data.set("compose_text", compose.text);
  data.set("compose_label", std::string(IsNew(compose) ? "What is on your mind?" : "Your thought"));
  data.set("compose_button", std::string(IsNew(compose) ? "Post" : "Save"));
  if (problem == nullptr) return;
  std::string words = problem->detail;
  for (const auto& error : problem->errors) {
    if (error.field == "text") words = "The text " + error.detail + ".";
  }
  data.set("compose_problem", words);
}

host::Response ComposePage(Visitor& visitor, const Compose& compose, const host::Problem* problem) {
  web::Data data(web::Data::type::object);
  SetCompose(data, visitor, compose, problem);
  data.set("compose_focus", true);
  if (!IsNew(compose)) data.set("back", compose.action.substr(0, compose.action.rfind('/') + 1));
  return visitor.Show({.status = problem == nullptr ? 200 : problem->status,
                       .title = IsNew(compose) ? "New thought" : "Edit your thought",
                       .body = Template("compose_page.html"),
                       .data = data});
}

std::expected<std::string, host::Response> CheckCompose(Visitor& visitor, const Compose& sent) {
  const auto form = visitor.CheckUserForm(visitor.Field("form"), PurposeOf(sent));
  if (form) return KeyFor(*form, sent.text);
  if (visitor.IsOldForm(visitor.Field("form")) && visitor.user()) return visitor.request().key();
  if (!visitor.user()) return std::unexpected(LogInAndCompose(visitor, sent));
  const host::Problem again{
      403, "Please look it over and send it again: this form was old.", {}, {}};
  return std::unexpected(ComposePage(visitor, sent, &again));
}

host::Response Refused(Visitor& visitor, const Compose& sent, const host::Problem& problem) {
  if (problem.status == 401) {
    visitor.Enter("");
    return LogInAndCompose(visitor, sent);
  }
  if (problem.status == 404) return visitor.Failed(problem);
  return ComposePage(visitor, sent, &problem);
}

host::Response LogInAndCompose(Visitor& visitor, const Compose& compose) {
  const host::Problem ended{401, kEnded, {}, {}};
  return LogInPage(
      visitor,
      {.next = compose.action, .carried = {{"compose", compose.action}, {"text", compose.text}}},
      &ended);
}

std::optional<Compose> CarriedCompose(const Visitor& visitor) {
  Compose compose{.action = visitor.Field("compose"), .text = visitor.Field("text")};
  if (!IsNew(compose) && !IsEdit(compose.action)) return std::nullopt;
  return compose;
}

}  // namespace front
