// Journey: what the operator does, by the commands that docs/migration.md names, and how often
// routes were switched. Each call fails the test when its command does not do what it should.
#pragma once

#include <string>
#include <vector>

namespace migration {

using Names = std::vector<std::string>;

class Journey {
 public:
  // One command; the routes must be at `to` afterwards. `options`: "--to function --force".
  void Promote(const Names& names, const std::string& to, const std::string& options = {});
  // Must be refused with these words, and move nothing.
  void Refused(const Names& names, const std::string& options, const std::string& words);
  // Back; the first of them must be at `to` afterwards. {}: all.
  void Undo(const Names& names, const std::string& to);
  // Compares one page; what differs is the operator's to judge.
  void Compare(const std::string& name, const std::string& path);

  // One run of the import; how many thoughts came.
  long Import();
  // The last one: again and again until two runs in a row find nothing new.
  void LastImport();

  int switches() const { return switches_; }
  int imports() const { return imports_; }
  long imported() const { return imported_; }
  double slowest_undo_s() const { return slowest_undo_s_; }

 private:
  int switches_ = 0;
  int imports_ = 0;
  long imported_ = 0;
  double slowest_undo_s_ = 0;
};

// All functions of the instance whose names begin with `prefix`, or do not.
Names Functions(const std::string& prefix, bool with);
// "monolith", "split:10", ...
std::string TargetOf(const std::string& name);

}  // namespace migration
