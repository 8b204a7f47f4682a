#include "sql/seed/demo.h"

namespace sql {
namespace {

constexpr const char* kInsertUser = R"(
  INSERT INTO users (username, password_hash) VALUES ('demo', $1) ON CONFLICT (username_key) DO NOTHING)";

constexpr const char* kInsertThought = R"(
  INSERT INTO thoughts (user_id, username, text)
  SELECT id, username, $1 FROM users WHERE username_key = name_key('demo')
    AND NOT EXISTS (SELECT FROM thoughts WHERE user_id = users.id AND text = $1)
  RETURNING id)";

constexpr const char* kThoughts[] = {
    "Hello, Thoughts! This is the first one.",
    "A tale about a Platypus",
    "Coffee first, then code.",
    "Half of what I write is deleted the next morning, and that is the better half.",
    "Сегодня первый снег, и весь город стал тише.",
    "今日は良い天気ですね。散歩に行こう。",
    "100% of the snake_case fans agree: under_scores are fine. 🐍",
    "Two lines\nare sometimes better than one.",
};

}  // namespace

int SeedDemo(Connection& connection, const std::string& password_hash) {
  connection.Query(kInsertUser, {password_hash});
  int count = 0;
  for (const auto* text : kThoughts)
    count += static_cast<int>(connection.Query(kInsertThought, {text}).size());
  return count;
}

}  // namespace sql
