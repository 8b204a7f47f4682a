// Visitor: who looks at a page of the front end, the API on their behalf, and pages as answers.
//
//   host::Response function::Handle(const host::Request& request, host::Context& context) {
//     return front::Serve(request, context, [](front::Visitor& visitor) {
//       const auto list = visitor.api().Get("/api/thoughts/");
//       if (!list) return visitor.Failed(list.error());
//       return visitor.Show({.title = "Thoughts", .body = Template("list.html"), .data = ...});
//     });
//   }
//
// Nothing is looked up in a database, and no key is held: the API decides who the visitor is and
// what they may do. Needs "api" in function.json.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "functions/shared/front/api.h"
#include "functions/shared/web/forms.h"
#include "functions/shared/web/page.h"

namespace front {

inline constexpr char kLogOutPurpose[] = "log out";  // of the header's form

class Visitor : public web::Forms {
 public:
  Visitor(const host::Request& request, host::Context& context);

  const host::Request& request() const { return request_; }
  Api& api() { return api_; }

  // The name of who is logged in, as the API says, asked at the first call; nothing for a guest,
  // and for a session that has ended.
  const std::optional<std::string>& user();

  // From here on the visitor is who holds this session's token; "" for a guest. The answer must
  // set or end its cookie.
  void Enter(const std::string& token);

  host::WallTime Now() const { return context_.clock().Now(); }

  // A page of the site: its header, script and what all templates may use: user, user_path, the
  // parts thought.html, compose.html and pager.html. ?note=... of the page's address is shown in
  // the words for it: After makes such an address.
  // The browser keeps it, and asks again before it shows it: so what was typed is there after
  // "back". ShowPrivate: kept nowhere, for account data.
  host::Response Show(web::Page page) { return Finish(std::move(page), "private, no-cache"); }
  host::Response ShowPrivate(web::Page page) { return Finish(std::move(page), "no-store"); }

  // What the API refused, as a page: 401 leads to the log-in and back here, others say what to do.
  host::Response Failed(const host::Problem& problem);
  // 303 to `path`, where it says what was done: "posted", "changed", ... (visitor.cc).
  static host::Response After(const std::string& note, const std::string& path);
  // To the log-in and back to `next`.
  static host::Response ToLogIn(const std::string& next);
  // This page's own path and query.
  std::string Here() const;

  // A field of the posted form, "" when it is absent. Check the form's token before what it says.
  std::string Field(std::string_view name) const;

 private:
  host::Response Finish(web::Page page, const char* cache);

  const host::Request& request_;
  host::Context& context_;
  Api api_;
  host::Result<host::Fields> fields_;
  bool asked_ = false;
  bool ended_ = false;          // the session, unlike what its cookie says
  bool from_old_site_ = false;  // its cookie stays the old site's own matter
  std::optional<std::string> user_;
};

// Runs `page`; while the API is away, the visitor gets a page that says so, as 503 or 504, and that
// holds the text that was being sent.
host::Response Serve(const host::Request& request, host::Context& context,
                     const std::function<host::Response(Visitor&)>& page);

// `path` when it is one of this site that a browser may be sent to, else "/".
std::string LocalPath(std::string_view path);

// A template of functions/shared/front.
std::string_view Template(std::string_view file);

}  // namespace front
