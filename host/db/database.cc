#include "host/db/database.h"

#include <chrono>
#include <random>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace host::db {
namespace {

constexpr int kRepeats = 3;

bool IsRead(const Statement& statement) {
  if (statement.repeat == Repeat::kRead) return true;
  return std::string_view(statement.sql).starts_with("SELECT");
}

// Shows on the scoreboard what is waited for.
class Shown {
 public:
  Shown(ThreadBoard* board, const char* name) : board_(board) {
    if (board_ != nullptr) board_->Statement(name);
  }
  ~Shown() {
    if (board_ != nullptr) board_->Statement(nullptr);
  }
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;

 private:
  ThreadBoard* board_;
};

}  // namespace

Parameter Bytes(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text = "\\x";
  for (const char c : bytes) {
    text += kHex[static_cast<unsigned char>(c) >> 4];
    text += kHex[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

Connection& Database::Take() {
  if (!lease_) lease_.emplace(pool_.Take(deadline_));
  return **lease_;
}

Rows Database::Run(const Statement& statement, const std::vector<Parameter>& parameters) {
  const Shown shown(board_, statement.name);
  bool broke = false;
  for (int attempt = 1;; ++attempt) {
    try {
      return Take().Run(statement, parameters, deadline_);
    } catch (const Broken& broken) {
      lease_.reset();
      const bool again = IsRead(statement) || !broken.received();
      if (in_transaction_ || broke || !again) throw;
      broke = true;
    } catch (const Error& error) {
      if (in_transaction_ || !Repeatable(error, attempt)) throw;
    }
  }
}

Row Database::ExactlyOne(const Statement& statement, const Rows& rows) {
  if (rows.size() != 1) {
    throw std::runtime_error(std::string(statement.name) + ": " + std::to_string(rows.size()) +
                             " rows, not one");
  }
  return rows[0];
}

void Database::Command(const char* sql) {
  const Shown shown(board_, sql);
  Take().Command(sql, deadline_);
}

void Database::Begin() {
  if (in_transaction_) throw std::logic_error("a transaction within a transaction");
  try {
    Command("BEGIN");
  } catch (const Broken&) {  // nothing has happened yet
    lease_.reset();
    Command("BEGIN");
  }
  in_transaction_ = true;
}

void Database::Commit() {
  Command("COMMIT");
  in_transaction_ = false;
}

void Database::Rollback() noexcept {
  if (!std::exchange(in_transaction_, false) || !lease_) return;
  try {
    if (!(*lease_)->broken()) Command("ROLLBACK");
  } catch (...) {
    // A connection that cannot roll back is closed, and PostgreSQL rolls back by itself.
    lease_.reset();
  }
}

bool Database::Repeatable(const Error& error, int attempt) const {
  if (error.sqlstate() != "40001" && error.sqlstate() != "40P01") return false;
  if (attempt > kRepeats || std::chrono::steady_clock::now() > deadline_) return false;
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(
      std::chrono::milliseconds(std::uniform_int_distribution<>(1, 10 * attempt)(random)));
  return true;
}

}  // namespace host::db
