#include "host/db/rows.h"

#include <postgresql/libpq-fe.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>

namespace host::db {

int Row::Column(std::string_view name) const {
  const int fields = PQnfields(result_.get());
  for (int i = 0; i < fields; ++i) {
    if (name == PQfname(result_.get(), i)) return i;
  }
  throw std::out_of_range("the statement has no column " + std::string(name));
}

std::optional<std::string_view> Row::MaybeText(std::string_view column) const {
  const int i = Column(column);
  if (PQgetisnull(result_.get(), row_, i)) return std::nullopt;
  return std::string_view(PQgetvalue(result_.get(), row_, i), PQgetlength(result_.get(), row_, i));
}

bool Row::IsNull(std::string_view column) const { return !MaybeText(column).has_value(); }

std::string_view Row::Text(std::string_view column) const {
  const auto text = MaybeText(column);
  if (!text) throw std::runtime_error("column " + std::string(column) + " is NULL");
  return *text;
}

int64_t Row::Integer(std::string_view column) const {
  const std::string_view text = Text(column);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::runtime_error("column " + std::string(column) + " is no integer");
  }
  return value;
}

bool Row::Bool(std::string_view column) const {
  const std::string_view text = Text(column);
  if (text != "t" && text != "f")
    throw std::runtime_error("column " + std::string(column) + " is no boolean");
  return text == "t";
}

std::string Row::Bytes(std::string_view column) const {
  const std::string text(Text(column));
  size_t size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> bytes(
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(text.c_str()), &size), PQfreemem);
  if (!bytes) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(bytes.get()), size};
}

Rows::Rows(std::shared_ptr<pg_result> result)
    : result_(std::move(result)), size_(PQntuples(result_.get())) {}

int64_t Rows::affected() const { return std::atoll(PQcmdTuples(result_.get())); }

}  // namespace host::db
