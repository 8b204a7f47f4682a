// The folder of a new function: the four files that build, pass their test and can be deployed.
// Their one source is templates/, which the binary carries.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace host {

// The template of a file, by the name the file gets: "BUILD", "handler.cc", "handler_test.cc",
// "function.json". Throws std::logic_error for another.
std::string_view ScaffoldTemplate(std::string_view file);

// Name and content of each file. The error is a line for people: what is wrong with the name and
// what is allowed.
std::expected<std::vector<std::pair<std::string, std::string>>, std::string> Scaffold(
    const std::string& name);

// Makes FOLDER/NAME with these files, all of them or nothing, and gives its path. Refuses a
// folder, file or link that is there already. The error is a line for people.
std::expected<std::string, std::string> MakeFunction(const std::string& folder,
                                                     const std::string& name);

}  // namespace host
