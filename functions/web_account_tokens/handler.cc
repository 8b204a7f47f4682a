// GET, POST /account/tokens/  token, or name, days and a field for each scope
//     ->  the list and a form; the new token, this once; 303 to the list when one is deleted
//
// A reload of the page that shows the new token makes no other: the API gives the same one again.

#include "functions/shared/front/account/words.h"
#include "functions/shared/front/form.h"
#include "functions/shared/front/visitor.h"
#include "functions/shared/oauth/scopes.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kApi[] = "/api/me/tokens/";
constexpr char kMake[] = "make a token";
constexpr const char* kScopes[] = {"thoughts:read", "thoughts:write", "profile"};

std::string DeletePurpose(const std::string& id) { return "delete token " + id; }

web::Data TokenData(front::Visitor& visitor, const front::Json& token) {
  const auto id = front::TextOf(token, "id");
  web::Data data{"id", id};
  data.set("name", front::TextOf(token, "name"));
  data.set("rights", front::Rights(front::TextOf(token, "scopes")));
  for (const char* time : {"creation", "expiry", "last_use"}) {
    front::SetTime(data, token, time, visitor.Now());
  }
  const auto expiry = front::ParseTime(front::TextOf(token, "expiry"));
  data.set("expired", web::Data(expiry && *expiry < visitor.Now()));
  data.set("form", visitor.UserForm(DeletePurpose(id)));
  return data;
}

void SetForm(web::Data& data, front::Visitor& visitor, const host::Problem* problem) {
  data.set("form", visitor.UserForm(kMake));
  data.set("name", problem == nullptr ? "" : visitor.Field("name"));
  data.set("days", problem == nullptr ? "90" : visitor.Field("days"));
  web::Data scopes(web::Data::type::list);
  for (const char* scope : kScopes) {
    web::Data box{"scope", scope};
    box.set("words", std::string(oauth::InWords(scope)));
    box.set("checked", web::Data(problem != nullptr && !visitor.Field(scope).empty()));
    scopes.push_back(box);
  }
  data.set("scopes", scopes);
  if (problem != nullptr) {
    front::SetProblem(data, *problem, {"name", "scopes", "expires_in_days"});
  }
}

host::Response List(front::Visitor& visitor, const host::Problem* problem = nullptr) {
  const auto list = visitor.api().Get(kApi);
  if (!list) return visitor.Failed(list.error());
  web::Data tokens(web::Data::type::list);
  for (const auto& token : list->body) tokens.push_back(TokenData(visitor, token));
  web::Data data{"tokens", tokens};
  data.set("none", web::Data(list->body.empty()));
  SetForm(data, visitor, problem);
  return visitor.ShowPrivate({.status = problem == nullptr ? 200 : problem->status,
                              .title = "Access tokens",
                              .body = Template("tokens.html"),
                              .data = data});
}

host::Response Make(front::Visitor& visitor) {
  const auto key = CheckForm(visitor, kMake);
  if (!key) return key.error();
  std::string scopes;
  for (const char* scope : kScopes) {
    if (!visitor.Field(scope).empty()) scopes += (scopes.empty() ? "" : " ") + std::string(scope);
  }
  const front::Json wanted{{"name", visitor.Field("name")},
                           {"scopes", scopes},
                           {"expires_in_days", visitor.Field("days")}};
  const auto made = visitor.api().Post(kApi, wanted, front::KeyFor(*key, wanted.dump()));
  if (!made && made.error().status == 401) return visitor.Failed(made.error());
  if (!made) return List(visitor, &made.error());
  auto data = TokenData(visitor, made->body);
  data.set("token", front::TextOf(made->body, "token"));
  return visitor.ShowPrivate(
      {.title = "Your new token", .body = Template("made.html"), .data = data});
}

host::Response Delete(front::Visitor& visitor, const std::string& id) {
  const auto key = CheckForm(visitor, DeletePurpose(id));
  if (!key) return key.error();
  const auto gone = visitor.api().Delete(kApi + host::EncodeComponent(id) + "/", *key);
  if (!gone && gone.error().status != 404) return visitor.Failed(gone.error());
  return front::Visitor::After("token-deleted", "/account/tokens/");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    if (visitor.request().method() != "POST") return List(visitor);
    const auto id = visitor.Field("token");
    return id.empty() ? Make(visitor) : Delete(visitor, id);
  });
}

}  // namespace function
