#include "functions/shared/front/form.h"

#include <openssl/evp.h>

#include <array>

namespace front {

std::expected<std::string, host::Response> CheckForm(Visitor& visitor, const std::string& purpose) {
  const auto key = visitor.CheckUserForm(visitor.Field("form"), purpose);
  if (key) return *key;
  return std::unexpected(visitor.user() ? visitor.Failed(key.error())
                                        : Visitor::ToLogIn(visitor.Here()));
}

// With the beginning of the contents' SHA-256.
std::string KeyFor(const std::string& key, std::string_view contents) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  EVP_Digest(contents.data(), contents.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  std::string print;
  for (size_t i = 0; i < 12; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    print += kDigits[hash[i] >> 4];
    print += kDigits[hash[i] & 15];
  }
  return key + "-" + print;
}

void SetProblem(web::Data& data, const host::Problem& problem,
                std::initializer_list<const char*> fields) {
  bool placed = false;
  for (const char* field : fields) {
    web::Data rules(web::Data::type::list);
    for (const auto& error : problem.errors) {
      if (error.field == field) rules.push_back(web::Data{"rule", error.detail});
    }
    if (rules.list_value().empty()) continue;
    data.set(std::string(field) + "_problem", web::Data{"rules", rules});
    placed = true;
  }
  if (!placed) data.set("problem", problem.detail);
}

}  // namespace front
