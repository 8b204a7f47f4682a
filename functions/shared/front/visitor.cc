#include "functions/shared/front/visitor.h"

#include <algorithm>
#include <utility>

#include "functions/shared/front/old_session.h"
#include "functions/shared/front/words.h"
#include "host/base/unavailable.h"
#include "host/function/fields.h"

namespace front {
namespace {

// What was done on the page before.
constexpr std::pair<std::string_view, const char*> kNotes[] = {
    {"posted", "Your thought is out."},
    {"changed", "Your change is saved."},
    {"deleted", "The thought is gone."},
    {"welcome", "Welcome! Your account is ready."},
    {"logged-out", "You are logged out."},
    {"session-ended", "That session is ended."},
    {"sessions-ended", "All other sessions are ended."},
    {"app-disconnected", "The app can use your account no more."},
    {"token-deleted", "The token is deleted."},
    {"password-changed",
     "Your password is changed. All other sessions, tokens and apps were ended with the old one."},
    {"account-deleted", "Your account and all your thoughts are gone. Goodbye!"},
};

const char* NoteWords(std::string_view note) {
  for (const auto& [name, words] : kNotes) {
    if (name == note) return words;
  }
  return nullptr;
}

std::string PathAndQuery(const host::Request& request) {
  std::string path;
  for (const char c : request.path()) path += c == '/' ? "/" : host::EncodeComponent({&c, 1});
  return path + (request.query_string().empty() ? "" : "?" + request.query_string());
}

std::string FieldOf(const host::Result<host::Fields>& fields, std::string_view name) {
  if (!fields) return "";
  const auto text = fields->Text(name);
  return text && *text ? **text : "";
}

// While the API is away. A text that was on its way comes back, to be sent once more: by its form's
// token it is posted once, even when it had arrived.
host::Response Away(const host::Request& request, const Words& words) {
  web::Data data{"heading", std::string(words.title)};
  data.set("text", std::string(words.text));
  data.set("here", PathAndQuery(request));
  data.set("may_retry", request.method() == "GET");
  const auto fields = request.fields();
  if (const auto text = FieldOf(fields, "text"); !text.empty()) {
    data.set("unsent", text);
    web::Data sent(web::Data::type::list);
    for (const char* name : {"form", "compose", "username"}) {
      const auto value = FieldOf(fields, name);
      if (value.empty()) continue;
      web::Data field{"name", name};
      field.set("value", value);
      sent.push_back(field);
    }
    data.set("sent", sent);
  }
  return web::Answer({.status = words.status,
                      .title = words.title,
                      .body = Template("failed.html"),
                      .data = data});
}

std::string WaitWords(const host::Problem& problem) {
  for (const auto& [name, value] : problem.headers) {
    if (name == "Retry-After") {
      return value == "1" ? "Try again in a second." : "Try again in " + value + " seconds.";
    }
  }
  return "";
}

// The front end's parts, and the log-in form of all pages.
std::string_view Part(std::string_view file) {
  return file == "sign_in.html" ? web::Template(file) : Template(file);
}

}  // namespace

Visitor::Visitor(const host::Request& request, host::Context& context)
    : Forms(request, context),
      request_(request),
      context_(context),
      api_(request, context, session()),
      fields_(request.fields()) {
  if (!session().empty()) return;
  if (auto token = OldSessionToken(OldSession(), request, context); !token.empty()) {
    api_.Authorize(token);
    SetBridged(std::move(token));
    from_old_site_ = true;
  }
}

const std::optional<std::string>& Visitor::user() {
  if (asked_ || session().empty()) return user_;
  asked_ = true;
  const auto me = api_.Get("/api/me/");
  if (me) {
    user_ = me->body.at("username").get<std::string>();
  } else if (me.error().status == 401 || me.error().status == 403) {
    Enter("");
    ended_ = !from_old_site_;
  }
  return user_;
}

void Visitor::Enter(const std::string& token) {
  SetSession(token);
  api_.Authorize(token);
  asked_ = false;
  ended_ = false;
  user_.reset();
}

host::Response Visitor::Finish(web::Page page, const char* cache) {
  if (!page.data.is_object()) page.data = web::Data(web::Data::type::object);
  if (user()) {
    page.data.set("user", *user());
    page.data.set("user_path", "/u/" + host::EncodeComponent(*user()) + "/");
    page.data.set("logout_form", UserForm(kLogOutPurpose));
  }
  const auto note = request_.query("note").value_or("");
  if (const char* words = NoteWords(note)) {
    page.data.set("note", std::string(words));
    page.data.set("note_name", std::string(note));
  }
  page.data.set("script", std::string(web::StaticUrl("thoughts.js")));
  page.parts = Part;
  page.header = Template("header.html");
  if (page.head.empty()) page.head = Template("head.html");
  page.script = true;
  page.cache = cache;
  auto response = Give(web::Answer(std::move(page)));
  if (ended_) response.AddHeader("Set-Cookie", NoSessionCookie());
  return response;
}

host::Response Visitor::Failed(const host::Problem& problem) {
  if (problem.status == 401) {
    auto response = ToLogIn(Here());
    if (!from_old_site_) response.AddHeader("Set-Cookie", NoSessionCookie());
    return response;
  }
  const auto words = WordsFor(problem.status);
  web::Data data{"heading", std::string(words.title)};
  data.set("text", std::string(words.text));
  web::SetSome(data, "detail", problem.status == 404 ? "" : problem.detail);
  web::SetSome(data, "wait", WaitWords(problem));
  data.set("here", Here());
  data.set("may_retry", request_.method() == "GET" && problem.status != 404);
  auto response = Show({.status = problem.status,
                        .title = words.title,
                        .body = Template("failed.html"),
                        .data = data});
  for (const auto& [name, value] : problem.headers) response.Header(name, value);
  return response;
}

host::Response Visitor::After(const std::string& note, const std::string& path) {
  return web::SeeOther(path + "?note=" + note);
}

host::Response Visitor::ToLogIn(const std::string& next) {
  return web::SeeOther(next == "/" ? "/login/" : "/login/?next=" + host::EncodeComponent(next));
}

std::string Visitor::Here() const { return PathAndQuery(request_); }

std::string Visitor::Field(std::string_view name) const { return FieldOf(fields_, name); }

host::Response Serve(const host::Request& request, host::Context& context,
                     const std::function<host::Response(Visitor&)>& page) {
  try {
    Visitor visitor(request, context);
    return page(visitor);
  } catch (const host::Unavailable& away) {
    const bool late = dynamic_cast<const host::TimedOut*>(&away) != nullptr;
    context.log().Warning("a page without the API",
                          {{"request_id", request.id()}, {"error", away.what()}});
    const auto words = WordsFor(late ? 504 : 503);
    auto response = Away(request, words);
    response.Header("Retry-After", std::to_string(away.retry_after_s()));
    return response;
  }
}

std::string LocalPath(std::string_view path) {
  const bool local =
      path.starts_with('/') && !path.starts_with("//") && path.size() <= 4000 &&
      std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
  return local ? std::string(path) : "/";
}

}  // namespace front
