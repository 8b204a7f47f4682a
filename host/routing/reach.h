// Whether another user gets to a folder.
#pragma once

#include <expected>
#include <string>

namespace host {

// That `user` may pass through every folder of the absolute path `folder`, by owner, group and mode
// (access control lists are not looked at). The error names the first folder that is closed, and
// the remedy.
std::expected<void, std::string> CanReach(const std::string& user, const std::string& folder);

}  // namespace host
