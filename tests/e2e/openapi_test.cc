// Every operation of /api/openapi.json gives the answers that follow from its manifest: those that
// any function gives are brought about here for all, so a new function needs no test of its own for
// them. tests/openapi then looks whether each answer was as documented, and whether each was seen.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(openapi)

using e2e::Public;
using nlohmann::json;

namespace {

struct Operation {
  std::string method, url;
  json answers;  // by status
  bool reads_fields = false;
  bool keyed = false;  // takes an Idempotency-Key
};

json Resolved(const json& document, const json& node) {
  if (!node.contains("$ref")) return node;
  return document.at(json::json_pointer(node["$ref"].get<std::string>().substr(1)));
}

// A value that fits and names nothing, in place of each parameter.
std::string FillIn(std::string path, const json& document, const json& parameters) {
  for (const auto& each : parameters) {
    const auto parameter = Resolved(document, each);
    if (parameter["in"] != "path") continue;
    const std::string mark = "{" + parameter["name"].get<std::string>() + "}";
    const bool number = parameter["schema"]["type"] == "integer";
    path.replace(path.find(mark), mark.size(), number ? "999999999999" : "nobody-at-all");
  }
  return path;
}

std::vector<Operation> Operations() {
  const auto document = e2e::Json(e2e::Get(Public("/api/openapi.json")));
  std::vector<Operation> operations;
  for (const auto& [path, item] : document.at("paths").items()) {
    for (const auto& [method, said] : item.items()) {
      Operation operation{method, "", said["responses"]};
      for (char& c : operation.method) c = static_cast<char>(std::toupper(c));
      const json parameters = said.value("parameters", json::array());
      operation.url = Public(FillIn(path, document, parameters));
      operation.reads_fields =
          said.contains("requestBody") &&
          Resolved(document, said["requestBody"])["content"].size() == 2;  // JSON and form
      for (const auto& each : parameters) {
        operation.keyed |= Resolved(document, each)["name"] == "Idempotency-Key";
      }
      operations.push_back(std::move(operation));
    }
  }
  return operations;
}

e2e::Answer Ask(const Operation& operation, std::vector<std::string> headers,
                const std::string& body = {}) {
  const e2e::Ask ask{operation.method, operation.url, std::move(headers), body};
  auto answer = e2e::Send(ask);
  while (answer.status == 429) {  // some routes take a few requests a second
    std::this_thread::sleep_for(std::chrono::seconds(std::stoi(answer.header("retry-after"))));
    answer = e2e::Send(ask);
  }
  return answer;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_operation_refuses_what_is_not_well_formed) {
  int asked = 0;
  for (const auto& operation : Operations()) {
    if (!operation.answers.contains("400")) continue;
    ++asked;
    // Which of the two would it be?
    const auto answer = Ask(operation, {"Authorization: Bearer x", "Authorization: Bearer y"});
    BOOST_TEST_CONTEXT(operation.method << " " << operation.url) { E2E_PROBLEM(answer, 400); }
  }
  BOOST_TEST(asked > 30);
}

BOOST_AUTO_TEST_CASE(every_operation_with_fields_refuses_bodies_of_another_type) {
  const auto user = e2e::NewUser();
  int asked = 0;
  for (const auto& operation : Operations()) {
    if (!operation.reads_fields) continue;
    ++asked;
    const auto answer = Ask(
        operation, {"Authorization: " + user.authorization, "Content-Type: text/plain"}, "text=x");
    BOOST_TEST_CONTEXT(operation.method << " " << operation.url) { E2E_PROBLEM(answer, 415); }
  }
  BOOST_TEST(asked > 4);
}

BOOST_AUTO_TEST_CASE(every_operation_with_keys_refuses_one_that_is_too_long) {
  const auto user = e2e::NewUser();
  // Good for all that read fields.
  const std::string body = "username=" + e2e::Encode(e2e::Unique("keyed")) +
                           "&password=" + e2e::Encode(user.password) +
                           "&new_password=another+one+of+mine&text=x&name=n&scopes=profile";
  int asked = 0;
  for (const auto& operation : Operations()) {
    if (!operation.keyed) continue;
    ++asked;
    const auto answer = Ask(
        operation,
        {"Authorization: " + user.authorization, "Content-Type: application/x-www-form-urlencoded",
         "Idempotency-Key: " + std::string(256, 'k')},
        operation.reads_fields ? body : "");
    BOOST_TEST_CONTEXT(operation.method << " " << operation.url) { E2E_PROBLEM(answer, 422); }
  }
  BOOST_TEST(asked > 10);
  BOOST_TEST(e2e::Get(Public("/api/me/"), user.authorization).status == 200);  // nothing was done
}

BOOST_AUTO_TEST_SUITE_END()
