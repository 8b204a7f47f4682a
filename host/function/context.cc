#include "host/function/context.h"

#include <stdexcept>

namespace host {

db::Database& Context::db() {
  if (!process_.pool) {
    throw std::logic_error("no database is configured: name it under \"needs\" in function.json");
  }
  if (!db_) db_.emplace(*process_.pool, deadline_, board_);
  return *db_;
}

}  // namespace host
