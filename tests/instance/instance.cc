#include "tests/instance/instance.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace e2e {
namespace {

namespace fs = std::filesystem;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) + " is not set: run this with ./dev test");
  }
  return value;
}

std::string Quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string Url(int offset, const std::string& path) {
  return "http://localhost:" + std::to_string(std::stoi(Environment("PUBLIC_PORT")) + offset) +
         path;
}

}  // namespace

std::string Public(const std::string& path) { return Url(0, path); }
std::string Internal(const std::string& path) { return Url(1, path); }
std::string State() { return fs::canonical(Environment("STATE")); }
std::string Repository() { return Environment("REPOSITORY"); }

Ran Bash(const std::string& script) {
  const std::string command =
      "cd " + Quoted(Repository()) + " && exec bash -c " + Quoted(script) + " </dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen failed");
  Ran ran;
  std::array<char, 4096> piece;
  while (const size_t size = fread(piece.data(), 1, piece.size(), pipe)) {
    ran.output.append(piece.data(), size);
  }
  const int status = pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

std::string Sql(const std::string& statement) {
  auto ran = Bash("./dev psql --state " + Quoted(State()) + " -XAtqc " + Quoted(statement));
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, "psql failed: " << statement);
  while (ran.output.ends_with('\n')) ran.output.pop_back();
  return ran.output;
}

std::string AdminAuthorization() {
  static const std::string value = [] {
    auto ran = Bash("./dev token operator --admin --state " + Quoted(State()));
    BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, "./dev token failed");
    while (ran.output.ends_with('\n')) ran.output.pop_back();
    return ran.output;
  }();
  return value;
}

std::string Unique(const std::string& name) {
  static std::atomic<long> count = 0;
  static const long run = std::time(nullptr) % 1'000'000 * 1000 + getpid() % 1000;
  return name + " " + std::to_string(run) + "-" + std::to_string(++count);
}

std::string Login(const std::string& username, const std::string& password) {
  const auto answer = PostForm(Public("/api/login/"),
                               "username=" + Encode(username) + "&password=" + Encode(password));
  BOOST_REQUIRE_MESSAGE(answer.status == 200, "login of " << username << ": " << answer.status
                                                          << " " << answer.error << answer.body);
  return Json(answer).value("Authorized", "");
}

User NewUser(const std::string& username) {
  User user{0, username, "a password of " + username, ""};
  const nlohmann::json body = {{"username", user.username}, {"password", user.password}};
  const auto answer = PostJson(Public("/api/users/"), body.dump());
  BOOST_REQUIRE_MESSAGE(answer.status == 201, "sign-up of " << username << ": " << answer.status
                                                            << " " << answer.error << answer.body);
  user.id = Json(answer).at("id").get<long>();
  user.authorization = Login(user.username, user.password);
  return user;
}

long NewThought(const User& user, const std::string& text) {
  const auto answer =
      PostForm(Public("/api/me/thoughts/"), "text=" + Encode(text), user.authorization);
  BOOST_REQUIRE_MESSAGE(answer.status == 201,
                        "thought: " << answer.status << " " << answer.error << answer.body);
  return Json(answer).at("id").get<long>();
}

nlohmann::json Json(const Answer& answer) {
  auto parsed = nlohmann::json::parse(answer.body, nullptr, false);
  return parsed.is_discarded() ? nlohmann::json() : parsed;
}

std::vector<std::string> Keys(const nlohmann::json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

std::string ProblemFault(const Answer& answer, int status) {
  std::string fault;
  const auto body = Json(answer);
  if (answer.status != status) fault += " status";
  if (!answer.header("content-type").starts_with("application/problem+json")) fault += " type";
  for (const char* key : {"type", "title", "detail", "request_id"}) {
    if (!body.is_object() || !body.contains(key) || !body[key].is_string()) {
      fault += std::string(" ") + key;
    }
  }
  if (!body.is_object() || !body.contains("status") || body["status"] != status) fault += " status";
  if (body.is_object() && body.contains("request_id") &&
      body["request_id"] != answer.header("x-request-id")) {
    fault += " X-Request-ID";
  }
  if (fault.empty()) return "";
  return "wanted a problem " + std::to_string(status) + ", wrong:" + fault + "; got " +
         std::to_string(answer.status) + " " + answer.error + " " + answer.header("content-type") +
         " " + answer.body.substr(0, 300);
}

std::vector<int> Workers(const std::string& function) {
  // In place, or as a revision.
  const std::string folder = function.empty() ? "" : function + "/";
  const std::string in_place = State() + "/functions/" + folder;
  const std::string revisions = State() + "/fnhost/revisions/" + folder;
  std::vector<int> found;
  for (const auto& process : fs::directory_iterator("/proc")) {
    const std::string name = process.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code gone;
    const auto program = fs::read_symlink(process.path() / "exe", gone);
    if (gone) continue;
    if (program.string().starts_with(in_place) || program.string().starts_with(revisions)) {
      found.push_back(std::stoi(name));
    }
  }
  return found;
}

}  // namespace e2e
