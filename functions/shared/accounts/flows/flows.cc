#include "functions/shared/accounts/flows/flows.h"

#include "functions/shared/accounts/password_hash.h"

namespace accounts::flows {

Site::Site() {
  testing::Owner().Run(
      "TRUNCATE users, thoughts, request_keys, login_failures, revocations CASCADE");
}

host::Response Site::Send(testing::Server& server, const host::Handler& handle,
                          const std::string& method, const Sent& sent) {
  host::RequestParts parts{.method = method,
                           .query_string = sent.query,
                           .headers = sent.headers,
                           .route = sent.route,
                           .body = sent.body,
                           .remote_address = sent.address,
                           .request_id = sent.id};
  parts.headers["content-type"] =
      sent.body.starts_with('{') ? "application/json" : "application/x-www-form-urlencoded";
  if (!sent.token.empty()) parts.headers["authorization"] = sent.token;
  if (!sent.key.empty()) parts.headers["idempotency-key"] = sent.key;
  return server.Call(handle, std::move(parts));
}

int64_t Site::Add(const std::string& name, const std::string& password) {
  return testing::AddUser(name, HashPassword(password));
}

std::string Site::Enter(const std::string& name, const std::string& password) {
  const auto answer = Login({.body = "username=" + host::EncodeComponent(name) +
                                     "&password=" + host::EncodeComponent(password)});
  BOOST_REQUIRE(answer.status() == 200);
  const std::string head = "{\"Authorized\": \"";
  BOOST_REQUIRE(answer.body().starts_with(head) && answer.body().ends_with("\"}"));
  return answer.body().substr(head.size(), answer.body().size() - head.size() - 2);
}

void Site::FailedJustNow(int more) {
  testing::Owner().Run(
      "UPDATE login_failures SET last = clock_timestamp(), failures = failures + " +
      std::to_string(more));
}

}  // namespace accounts::flows
