#include "host/openapi/openapi.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

// Sources of a small API in a folder of their own: one function, `note`, and what it needs.
struct Sources {
  Sources() {
    char name[] = "/tmp/openapi-XXXXXX";
    folder = mkdtemp(name);
    Write("shared/document.json", json::parse(R"({
      "info": {"title": "Notes"}, "servers": [{"url": "/"}], "tags": [{"name": "Notes"}],
      "described_below": ["/api/"], "paths": {}})"));
    WriteText("shared/description.md", "All about notes.\n");
    json responses;
    for (const char* each :
         {"BadRequest", "Unauthorized", "Forbidden", "TooLarge", "UnsupportedType", "Unprocessable",
          "TooMany", "Unavailable", "ServerError"}) {
      responses[each] = {{"description", each}};
    }
    Write("shared/components/responses.json", responses);
    Write("shared/components/headers.json", {{"X-Request-ID", {{"schema", {{"type", "string"}}}}}});
    Write("shared/components/schemas.json", {{"Note", {{"type", "object"}}}});
    Write("shared/components/parameters.json",
          {{"IdempotencyKey", {{"name", "Idempotency-Key"}, {"in", "header"}}}});
    Write("shared/components/securitySchemes.json", json::parse(R"({
      "bearer": {"type": "http", "scheme": "bearer"},
      "oauth2": {"type": "oauth2",
                 "flows": {"authorizationCode": {"scopes": {"notes": "your notes"}}}}})"));
    manifest = json::parse(R"({
      "name": "note", "summary": "Change a note",
      "routes": [{"methods": ["PUT"], "path": "/api/notes/{id:int}/"}],
      "exposure": "public", "protocol": "fastcgi",
      "pool": {"mode": "static", "min": 1, "max": 1, "threads": 1, "idle_timeout_s": 60,
               "max_requests": 0},
      "limits": {"body_bytes": 100, "timeout_ms": 1000, "memory_mb": 64,
                 "rate": {"key": "ip", "per_second": 5, "burst": 5}},
      "scope": "notes", "repeat_safe": true, "needs": []})");
    api = json::parse(R"({
      "tag": "Notes", "request": {"fields": "Note"},
      "responses": {
        "200": {"description": "The note.", "content": {"application/json": "Note"}}}})");
  }
  ~Sources() { fs::remove_all(folder); }

  void WriteText(const std::string& file, const std::string& text) const {
    fs::create_directories((folder / file).parent_path());
    std::ofstream(folder / file) << text;
  }
  void Write(const std::string& file, const json& tree) const { WriteText(file, tree.dump()); }

  // The document of `manifest` and `api` as they stand.
  json Describe() const {
    Write("functions/note/function.json", manifest);
    Write("functions/note/api.json", api);
    const auto made = Run();
    BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().at(0)));
    return json::parse(*made);
  }
  // The first fault, without the folder.
  std::string Fault() const {
    Write("functions/note/function.json", manifest);
    if (!api.is_null()) Write("functions/note/api.json", api);
    const auto made = Run();
    return made ? "none" : made.error().at(0).substr(folder.string().size() + 1);
  }

  fs::path folder;
  json manifest, api;

 private:
  std::expected<std::string, host::ManifestErrors> Run() const {
    return host::DescribeApi({folder / "functions", folder / "shared", "1.2.3"});
  }
};

std::string Ref(const json& value) { return value.value("$ref", ""); }

}  // namespace

BOOST_AUTO_TEST_CASE(what_the_manifest_says_need_not_be_said_again) {
  const Sources sources;
  const auto document = sources.Describe();
  BOOST_TEST(document["openapi"] == "3.1.0");
  BOOST_TEST(document["info"]["version"] == "1.2.3");
  BOOST_TEST(document["info"]["description"] == "All about notes.\n");
  const auto& put = document["paths"]["/api/notes/{id}/"]["put"];
  BOOST_TEST(put["operationId"] == "note");
  BOOST_TEST(put["summary"] == "Change a note");
  BOOST_TEST(put["parameters"][0]["name"] == "id");
  BOOST_TEST(put["parameters"][0]["schema"]["type"] == "integer");
  BOOST_TEST(Ref(put["parameters"][1]) == "#/components/parameters/IdempotencyKey");
  BOOST_TEST(put["security"] == json::parse(R"([{"bearer": ["notes"]}, {"oauth2": ["notes"]}])"));
  const std::map<std::string, std::string> implied = {
      {"400", "BadRequest"}, {"401", "Unauthorized"},    {"403", "Forbidden"},
      {"413", "TooLarge"},   {"415", "UnsupportedType"}, {"422", "Unprocessable"},
      {"429", "TooMany"},    {"503", "Unavailable"},     {"5XX", "ServerError"}};
  for (const auto& [status, name] : implied) {
    BOOST_TEST(Ref(put["responses"][status]) == "#/components/responses/" + name);
  }
  BOOST_TEST(put["responses"].size() == implied.size() + 1);
}

BOOST_AUTO_TEST_CASE(what_the_manifest_does_not_promise_is_not_documented) {
  Sources sources;
  sources.manifest["scope"] = "";
  sources.manifest["repeat_safe"] = false;
  sources.manifest["limits"]["rate"]["per_second"] = 0;
  // Named elsewhere, so that they are used.
  sources.Write(
      "shared/components/responses.json",
      json::parse(R"({"BadRequest": {"description": "b"}, "TooLarge": {"description": "t"},
                  "UnsupportedType": {"description": "u"}, "Unavailable": {"description": "u"},
                  "ServerError": {"description": "s"}})"));
  fs::remove(sources.folder / "shared/components/parameters.json");
  sources.Write("shared/components/securitySchemes.json", json::object());
  const auto document = sources.Describe();
  const auto& put = document["paths"]["/api/notes/{id}/"]["put"];
  BOOST_TEST(put["security"].empty());
  BOOST_TEST(put["parameters"].size() == 1u);
  for (const char* status : {"401", "403", "422", "429"}) {
    BOOST_TEST(!put["responses"].contains(status), status);
  }
}

BOOST_AUTO_TEST_CASE(a_scope_that_apps_cannot_have_is_for_bearers_alone) {
  Sources sources;
  sources.manifest["scope"] = "account";
  // oauth2 is used by nothing now, which is a fault of its own.
  BOOST_TEST(sources.Fault().find("securitySchemes.json: oauth2: is used by nothing") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_text_names_a_component_and_every_answer_has_a_request_id) {
  const Sources sources;
  const auto document = sources.Describe();
  const auto& put = document["paths"]["/api/notes/{id}/"]["put"];
  BOOST_TEST(Ref(put["requestBody"]["content"]["application/json"]["schema"]) ==
             "#/components/schemas/Note");
  BOOST_TEST(put["requestBody"]["content"].contains("application/x-www-form-urlencoded"));
  const auto& answer = put["responses"]["200"];
  BOOST_TEST(Ref(answer["content"]["application/json"]["schema"]) == "#/components/schemas/Note");
  BOOST_TEST(Ref(answer["headers"]["X-Request-ID"]) == "#/components/headers/X-Request-ID");
  BOOST_TEST(document["components"]["responses"]["TooMany"]["headers"].contains("X-Request-ID"));
}

BOOST_AUTO_TEST_CASE(each_route_and_method_is_an_operation_with_an_id_of_its_own) {
  Sources sources;
  sources.manifest["routes"] = json::parse(R"([
    {"methods": ["POST", "PUT"], "path": "/api/notes/"},
    {"methods": ["PUT"], "path": "/api/notes/{name}/"}])");
  const auto paths = sources.Describe()["paths"];
  BOOST_TEST(paths["/api/notes/"]["post"]["operationId"] == "note");
  BOOST_TEST(paths["/api/notes/"]["put"]["operationId"] == "note_2");
  BOOST_TEST(paths["/api/notes/{name}/"]["put"]["operationId"] == "note_3");
  BOOST_TEST(paths["/api/notes/{name}/"]["put"]["parameters"][0]["schema"]["type"] == "string");
}

BOOST_AUTO_TEST_CASE(every_fault_names_its_file_and_key) {
  const auto fault = [](const auto& change) {
    Sources sources;
    change(sources);
    return sources.Fault();
  };
  const std::string file = "functions/note/api.json: ";
  BOOST_TEST(fault([](Sources& s) { s.api["answers"] = 1; }) ==
             file +
                 "answers: unknown key; known are tag, description, parameters, request, "
                 "responses, security, idempotency_key");
  BOOST_TEST(fault([](Sources& s) { s.api["tag"] = "Nots"; }) ==
             file + "tag: must be one of the tags of document.json");
  BOOST_TEST(fault([](Sources& s) { s.api["responses"]["404"] = "Nowhere"; }) ==
             file +
                 "responses.404: nothing is at #/components/responses/Nowhere; components/ "
                 "holds what can be named");
  BOOST_TEST(fault([](Sources& s) { s.api["responses"]["200"]["body"] = 1; }) ==
             file + "responses.200.body: unknown key; known are description, headers, content");
  BOOST_TEST(fault([](Sources& s) { s.api["responses"]["200"].erase("description"); }) ==
             file + "responses.200.description: missing: say in a sentence what this answer means");
  BOOST_TEST(fault([](Sources& s) { s.api["responses"] = {{"404", "Forbidden"}}; }) ==
             file + "responses: none of 200 to 299: say what it answers when all is well");
  BOOST_TEST(fault([](Sources& s) { s.api["responses"]["2XX"] = "Forbidden"; }) ==
             file + "responses.2XX: is no status");
  BOOST_TEST(fault([](Sources& s) { s.api["responses"]["401"] = "Unauthorized"; }) ==
             file + "responses.401: follows from function.json; leave it out");
  BOOST_TEST(fault([](Sources& s) { s.api["security"] = json::array(); }) ==
             file + "security: follows from the scope in function.json; leave it out");
  BOOST_TEST(fault([](Sources& s) {
               s.api["request"] = {{"fields", "Nothing"}};
             }).starts_with(file + "requestBody.content.application/json.schema: nothing is at "));
  BOOST_TEST(fault([](Sources& s) { s.manifest["exposure"] = "internal"; }) ==
             file + "(file): the function is internal; only public ones are described");
  BOOST_TEST(fault([](Sources& s) { s.api = nullptr; }) ==
             file +
                 "(file): missing: what stands below /api/ is described, or says \"cors\": "
                 "false since it is a page");
  BOOST_TEST(fault([](Sources& s) {
               s.Write("shared/components/headers.json", json::object());
             }).find("nothing is at #/components/headers/X-Request-ID") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(pages_internal_functions_and_what_is_promised_to_nobody_are_left_out) {
  Sources sources;
  for (const auto& [name, path, key, value] :
       std::vector<std::tuple<std::string, std::string, std::string, json>>{
           {"page", "/api/page/", "cors", false},
           {"internal", "/api/internal/", "exposure", "internal"},
           {"elsewhere", "/elsewhere", "scope", ""}}) {
    auto manifest = sources.manifest;
    manifest["name"] = name;
    manifest["routes"][0]["path"] = path;
    manifest[key] = value;
    sources.Write("functions/" + name + "/function.json", manifest);
  }
  BOOST_TEST(sources.Describe()["paths"].size() == 1u);
}
