// GET /search  search [own, cursor]  ->  thoughts that hold a text, the newest first

#include "functions/shared/front/thoughts.h"
#include "functions/shared/front/visitor.h"
#include "host/function/fields.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kTitle[] = "Search";

host::Response Results(front::Visitor& visitor, web::Data& data, const std::string& search,
                       bool own) {
  const std::string query = "search=" + host::EncodeComponent(search);
  const auto list = visitor.api().Get((own ? "/api/me/thoughts/" : "/api/thoughts/") +
                                      front::ListQuery(visitor) + "&" + query);
  if (!list) return visitor.Failed(list.error());
  data.set("asked", true);
  data.set("everyone", "/search?" + query);
  SetList(data, visitor, *list, "/search?" + query + (own ? "&own=1" : ""), search);
  return visitor.Show({.title = kTitle, .body = Template("search.html"), .data = data});
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  return front::Serve(request, context, [](front::Visitor& visitor) {
    const auto search = std::string(visitor.request().query("search").value_or(""));
    const bool own = visitor.request().query("own") == "1" && visitor.user();
    web::Data data{"search", search};
    data.set("own_only", own);
    data.set("searching", true);  // one search form is enough
    if (!search.empty()) return Results(visitor, data, search, own);
    return visitor.Show({.title = kTitle, .body = Template("search.html"), .data = data});
  });
}

}  // namespace function
