#include "functions/shared/web/sign_in_page.h"

namespace web {

Data SignInData(Forms& forms, const SignIn& sign_in, const host::Problem* problem) {
  Data data{"action", sign_in.action};
  SetSome(data, "reason", sign_in.reason);
  data.set("form", forms.GuestForm(kSignInPurpose));
  data.set("username", sign_in.username);
  data.set("name_first", sign_in.username.empty());
  data.set("name_known", !sign_in.username.empty());
  Data carried(Data::type::list);
  for (const auto& [name, value] : sign_in.carried) {
    Data field{"name", name};
    field.set("value", value);
    carried.push_back(field);
  }
  data.set("carried", carried);
  if (problem != nullptr) data.set("problem", problem->detail);
  return data;
}

host::Response SignInPage(Forms& forms, const SignIn& sign_in, const host::Problem* problem) {
  auto response = Answer({.status = problem == nullptr ? 200 : problem->status,
                          .title = "Log in",
                          .body = Template("sign_in.html"),
                          .data = SignInData(forms, sign_in, problem),
                          .form_targets = sign_in.form_targets});
  if (problem != nullptr) {
    for (const auto& [name, value] : problem->headers) response.Header(name, value);
  }
  return forms.Give(std::move(response));
}

}  // namespace web
