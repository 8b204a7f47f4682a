#include "sql/import/report.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "host/base/json_text.h"

namespace sql::imports {
namespace {

constexpr size_t kExamples = 5;

const char* Name(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::kRefused:
      return "refused";
    case Note::Kind::kWithout:
      return "imported_without";
    case Note::Kind::kDiffers:
      return "differs";
  }
  return "";
}

const char* Heading(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::kRefused:
      return "Refused, not imported";
    case Note::Kind::kWithout:
      return "Imported, with a loss";
    case Note::Kind::kDiffers:
      return "Imported before, different at the old site now, left as it is here";
  }
  return "";
}

// Valid JSON for whatever bytes the old site holds.
std::string Text(const std::string& bytes) {
  return nlohmann::json::parse(host::JsonString(bytes)).get<std::string>();
}

}  // namespace

Report::Report(const std::string& file) : file_(file) {
  if (file.empty()) return;
  const std::string draft = file + ".new";
  unlink(draft.c_str());
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
  out_.open(draft);
  if (fd < 0 || !out_) {
    throw std::runtime_error(fmt::format("cannot write {}: {}", draft, std::strerror(errno)));
  }
}

void Report::Add(const UserCounts& counts) {
  const std::scoped_lock lock(mutex_);
  users.there += counts.there;
  users.imported += counts.imported;
  users.unchanged += counts.unchanged;
  users.new_password += counts.new_password;
  users.deleted_here += counts.deleted_here;
  users.refused += counts.refused;
}

void Report::Add(const ThoughtCounts& counts) {
  const std::scoped_lock lock(mutex_);
  thoughts.there += counts.there;
  thoughts.imported += counts.imported;
  thoughts.unchanged += counts.unchanged;
  thoughts.renumbered += counts.renumbered;
  thoughts.of_deleted += counts.of_deleted;
  thoughts.changed += counts.changed;
  thoughts.gone += counts.gone;
  thoughts.refused += counts.refused;
}

void Report::Add(const Note& note) {
  const std::scoped_lock lock(mutex_);
  auto& reason = notes_[note.kind][{note.table, note.reason}];
  if (++reason.count <= static_cast<int64_t>(kExamples)) {
    reason.examples.emplace_back(note.id, note.username);
  }
  if (!out_.is_open()) return;
  out_ << "{\"what\":\"" << Name(note.kind) << "\",\"table\":\"" << note.table
       << "\",\"id\":" << note.id << ",\"username\":" << host::JsonString(note.username)
       << ",\"reason\":" << host::JsonString(note.reason);
  if (!note.text.empty()) out_ << ",\"text\":" << host::JsonString(note.text);
  out_ << "}\n";
}

void Report::Finish() {
  if (!out_.is_open()) return;
  out_.close();
  if (!out_ || std::rename((file_ + ".new").c_str(), file_.c_str()) != 0) {
    throw std::runtime_error(fmt::format("cannot write {}: {}", file_, std::strerror(errno)));
  }
}

std::string Report::Text() const {
  std::string out;
  const auto to = std::back_inserter(out);
  const char* verb = dry_run ? "would be imported" : "imported";
  fmt::format_to(to, "{}users: {} at the old site\n", dry_run ? "Nothing was written.\n" : "",
                 users.there);
  const auto line = [&](int64_t count, const std::string& words) {
    if (count > 0) fmt::format_to(to, "  {:>9} {}\n", count, words);
  };
  line(users.imported, verb);
  line(users.unchanged, "imported before");
  line(users.new_password, dry_run ? "would get the password that they chose there since"
                                   : "got the password that they chose there since");
  line(users.deleted_here, "deleted here: not imported again");
  line(users.refused, "refused");
  fmt::format_to(to, "thoughts: {} at the old site\n", thoughts.there);
  line(thoughts.imported, verb);
  line(thoughts.renumbered, "of them under another id: a thought of this site has theirs");
  line(thoughts.unchanged, "imported before");
  line(thoughts.of_deleted, "of users who deleted their account here: not imported");
  line(thoughts.changed, "changed at the old site since they were imported: not changed here");
  line(thoughts.gone, "gone at the old site since they were imported: still here");
  line(thoughts.refused, "refused");
  for (const auto& [kind, reasons] : notes_) {
    fmt::format_to(to, "\n{}:\n", Heading(kind));
    for (const auto& [key, reason] : reasons) {
      fmt::format_to(to, "  {:>9} {}{}: {}; id", reason.count, key.first,
                     reason.count == 1 ? "" : "s", key.second);
      for (const auto& [id, username] : reason.examples) fmt::format_to(to, " {}", id);
      if (reason.count > static_cast<int64_t>(kExamples)) out += " ...";
      out += '\n';
    }
  }
  if (!file_.empty() && !notes_.empty()) fmt::format_to(to, "All of them: {}\n", file_);
  if (in_its_way > 0) {
    fmt::format_to(
        to,
        "\nThe old site is at id {}, and {} thoughts of this site have ids that it takes "
        "next: its own will get others here.\n",
        newest_there, in_its_way);
  }
  return out;
}

std::string Report::Json() const {
  nlohmann::ordered_json json = {
      {"dry_run", dry_run},
      {"seconds", seconds},
      {"users",
       {{"there", users.there},
        {"imported", users.imported},
        {"unchanged", users.unchanged},
        {"new_password", users.new_password},
        {"deleted_here", users.deleted_here},
        {"refused", users.refused}}},
      {"thoughts",
       {{"there", thoughts.there},
        {"imported", thoughts.imported},
        {"renumbered", thoughts.renumbered},
        {"unchanged", thoughts.unchanged},
        {"of_deleted", thoughts.of_deleted},
        {"changed", thoughts.changed},
        {"gone", thoughts.gone},
        {"refused", thoughts.refused}}},
      {"ids",
       {{"newest_there", newest_there}, {"next_here", next_here}, {"in_its_way", in_its_way}}},
      {"file", file_}};
  for (const auto kind : {Note::Kind::kRefused, Note::Kind::kWithout, Note::Kind::kDiffers}) {
    auto& list = json[Name(kind)] = nlohmann::ordered_json::array();
    const auto found = notes_.find(kind);
    if (found == notes_.end()) continue;
    for (const auto& [key, reason] : found->second) {
      auto examples = nlohmann::ordered_json::array();
      for (const auto& [id, username] : reason.examples) {
        examples.push_back({{"id", id}, {"username", imports::Text(username)}});
      }
      list.push_back({{"table", key.first},
                      {"reason", key.second},
                      {"count", reason.count},
                      {"examples", examples}});
    }
  }
  return json.dump(2) + "\n";
}

}  // namespace sql::imports
