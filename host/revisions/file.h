// Files that are there whole or not at all, also after a power cut.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace host {

// Writes a new file of mode 0600 (or `mode`) and brings it to the disk.
std::expected<void, std::string> WriteFile(const std::string& path, std::string_view text,
                                           unsigned mode = 0600);

// The same for a file that may be there: readers find the old text or the new, never a part. A file
// next to it ("PATH.new") is used in between.
std::expected<void, std::string> ReplaceFile(const std::string& path, std::string_view text);

// Copies `from` (all of it, wherever the descriptor stands) to a new file and brings it to the
// disk. Shares the blocks where the file system can.
std::expected<void, std::string> CopyFile(int from, const std::string& path, unsigned mode);

// Brings a folder's names to the disk.
std::expected<void, std::string> SyncFolder(const std::string& path);

// The whole of a file of at most `most` bytes.
std::expected<std::string, std::string> ReadFile(const std::string& path, size_t most);

// "PATH: what errno says; what to do".
std::unexpected<std::string> FileFault(const std::string& path, int error);

}  // namespace host
