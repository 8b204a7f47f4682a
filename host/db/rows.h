// Rows of an answer, by column number or name. Values are text as PostgreSQL sends it; the
// accessors parse.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result;

namespace host::db {

class Rows;

// A view into Rows, which it keeps alive. Accessors throw std::out_of_range for a column that is
// not there and std::runtime_error for a NULL or a value of another shape: faults of the program,
// not of a client.
class Row {
 public:
  std::string_view Text(std::string_view column) const;
  int64_t Integer(std::string_view column) const;
  bool Bool(std::string_view column) const;          // 't' or 'f'
  std::string Bytes(std::string_view column) const;  // bytea
  bool IsNull(std::string_view column) const;
  std::optional<std::string_view> MaybeText(std::string_view column) const;

 private:
  friend class Rows;
  Row(std::shared_ptr<pg_result> result, int row) : result_(std::move(result)), row_(row) {}
  int Column(std::string_view name) const;
  std::shared_ptr<pg_result> result_;
  int row_;
};

class Rows {
 public:
  explicit Rows(std::shared_ptr<pg_result> result);
  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Row operator[](int row) const { return Row(result_, row); }
  // Rows that an INSERT, UPDATE or DELETE touched.
  int64_t affected() const;

  class Iterator {
   public:
    Iterator(const Rows& rows, int at) : rows_(rows), at_(at) {}
    Row operator*() const { return rows_[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Rows& rows_;
    int at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size_}; }

 private:
  std::shared_ptr<pg_result> result_;
  int size_ = 0;
};

}  // namespace host::db
