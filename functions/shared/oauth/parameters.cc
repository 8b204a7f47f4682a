#include "functions/shared/oauth/parameters.h"

#include <algorithm>

#include "host/base/utf8.h"

namespace oauth {
namespace {

bool IsText(std::string_view text) {
  return host::IsUtf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

}  // namespace

std::optional<Parameters> Parameters::Parse(std::string_view form) {
  Parameters parameters;
  while (!form.empty()) {
    const size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const auto name = host::DecodeForm(pair.substr(0, equals));
    const auto text = host::DecodeForm(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !text || !IsText(*name) || !IsText(*text)) return std::nullopt;
    const auto [at, is_new] = parameters.values_.try_emplace(*name, Value{*text, false});
    if (is_new) continue;
    at->second.repeated = true;
    parameters.any_repeated_ = true;
  }
  return parameters;
}

std::optional<Parameters> Parameters::OfBody(const host::Request& request) {
  static constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  std::string_view type = request.header("content-type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  const bool is_form = std::ranges::equal(type, kForm, [](char theirs, char ours) {
    return ours == theirs || ours == (theirs | 0x20);
  });
  return is_form ? Parse(request.body()) : std::nullopt;
}

const std::string& Parameters::Get(std::string_view name) const {
  static const std::string none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second.text;
}

bool Parameters::Repeated(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && found->second.repeated;
}

}  // namespace oauth
