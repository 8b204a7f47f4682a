#include "functions/shared/front/account/words.h"

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/session/token.h"

namespace front {

void SetTime(web::Data& data, const Json& object, const char* name, Time now) {
  const auto text = TextOf(object, name);
  const auto time = ParseTime(text);
  if (!time) return;
  web::Data words{"iso", text + "Z"};
  words.set("ago", Ago(*time, now));
  words.set("day", Day(*time));
  words.set("in_full", InFull(*time));
  data.set(name, words);
}

web::Data Rights(std::string_view scopes) {
  web::Data rights(web::Data::type::list);
  for (const auto& scope : session::SplitScopes(scopes)) {
    const auto words = oauth::InWords(scope);
    rights.push_back(web::Data{"words", std::string(words.empty() ? scope : words)});
  }
  return rights;
}

}  // namespace front
