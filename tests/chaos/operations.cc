#include "tests/chaos/operations.h"

#include <signal.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/instance/host.h"

namespace chaos {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// The instance's own functions, and those that the trials deploy.
std::string Folder(const std::string& function) {
  const auto own = e2e::State() + "/functions/" + function;
  return fs::exists(own) ? own : e2e::State() + "/chaos/" + function;
}

// The instance's binary with one byte behind it: another revision that does the same.
std::string OtherBinaryOf(const std::string& function) {
  const auto other = e2e::State() + "/chaos/" + function + ".other";
  if (fs::exists(other)) return other;
  fs::create_directories(e2e::State() + "/chaos");
  fs::copy_file(BinaryOf(function), other);
  std::ofstream(other, std::ios::binary | std::ios::app) << '\n';
  return other;
}

void Deploy(const std::string& function, const std::string& binary) {
  Operate("deploy " + function + " --binary '" + binary + "' --manifest '" + ManifestOf(function) +
          "'");
  const auto wanted = RevisionOf(binary, ManifestOf(function));
  const auto current = CurrentRevision(function);
  if (current != wanted) {
    throw std::runtime_error("deployed " + function + " " + wanted + ", but status says " +
                             current);
  }
}

const std::string& InTurn(const std::vector<std::string>& functions, size_t turn) {
  return functions[turn % functions.size()];
}

}  // namespace

std::unique_lock<std::mutex> Operating() {
  static std::mutex mutex;
  return std::unique_lock(mutex);
}

std::string Operate(const std::string& arguments) {
  const auto ran = e2e::Fnhost(arguments);
  if (ran.exit_code != 0) throw std::runtime_error("fnhost " + arguments + ": " + ran.output);
  return ran.output;
}

std::string BinaryOf(const std::string& function) { return Folder(function) + "/" + function; }
std::string ManifestOf(const std::string& function) { return Folder(function) + "/function.json"; }

std::string RevisionOf(const std::string& binary, const std::string& manifest) {
  return e2e::Bash("cat -- '" + binary + "' '" + manifest + "' | sha256sum | head -c 12").output;
}

std::string CurrentRevision(const std::string& function) {
  const auto status = e2e::FunctionStatus(function);
  return status.is_object() ? status.at("revision").get<std::string>() : "nothing";
}

Deploys::Deploys(std::vector<std::string> functions, milliseconds every, Meanwhile meanwhile)
    : functions_(std::move(functions)), every_(every), meanwhile_(meanwhile) {}

bool Deploys::Disturb() {
  const auto operating = Operating();
  const auto& function = InTurn(functions_, turn_);
  const bool other = turn_ / functions_.size() % 2 == 0;
  ++turn_;
  const auto binary = other ? OtherBinaryOf(function) : BinaryOf(function);
  const auto begin = Clock::now();
  try {
    Deploy(function, binary);
  } catch (const std::runtime_error& error) {
    const bool killed = std::string(error.what()).find("killed by SIGKILL") != std::string::npos;
    if (meanwhile_ == kNothingIsKilled || !killed) throw;
    return false;
  }
  seconds_.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  return true;
}

void Deploys::Restore() {
  const auto operating = Operating();
  for (const auto& function : functions_) Deploy(function, BinaryOf(function));
}

bool Rollbacks::Disturb() {
  const auto operating = Operating();
  const auto& function = InTurn(functions_, turn_++);
  const auto before = CurrentRevision(function);
  Operate("rollback " + function);
  if (CurrentRevision(function) == before) {
    throw std::runtime_error(function + " rolled back, but status still says " + before);
  }
  return true;
}

bool Scaling::Disturb() {
  const auto operating = Operating();
  const auto most = 1 + random_() % 4;
  const auto least = 1 + random_() % most;
  Operate("scale " + InTurn(functions_, turn_++) + " --min " + std::to_string(least) + " --max " +
          std::to_string(most));
  return true;
}

void Scaling::Restore() {
  const auto operating = Operating();
  for (const auto& function : functions_) {
    const auto pool = nlohmann::json::parse(std::ifstream(ManifestOf(function))).at("pool");
    Operate("scale " + function + " --min " + pool.at("min").dump() + " --max " +
            pool.at("max").dump());
  }
}

bool RouteSwitches::Disturb() {
  constexpr std::array<const char*, 4> kTo = {"monolith", "split:40", "function", "split:10"};
  const auto operating = Operating();
  const auto& function = InTurn(functions_, turn_);
  const auto* to = kTo.at(turn_ / functions_.size() % kTo.size());
  ++turn_;
  Operate("route " + function + " --to " + to);
  return true;
}

void RouteSwitches::Restore() {
  const auto operating = Operating();
  for (const auto& function : functions_) Operate("route " + function + " --to function");
}

bool Reloads::Disturb() { return kill(e2e::NginxMaster(), SIGHUP) == 0; }

}  // namespace chaos
