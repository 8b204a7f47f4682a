#include "host/supervisor/thread_stack.h"

#include <cxxabi.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace host {
namespace {

constexpr size_t kMostFrames = 64;

// Symbols come from the program itself. Never a search for separate debug files: that may ask a
// server on the network.
int NoDebugInfo(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word,
                char**) {
  return -1;
}

std::string Demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return text ? text.get() : name;
}

std::string Describe(Dwfl* dwfl, Dwarf_Addr address) {
  Dwfl_Module* module = dwfl_addrmodule(dwfl, address);
  if (module == nullptr) return fmt::format("{:#x}", address);
  const char* path =
      dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  const std::string where =
      path == nullptr
          ? ""
          : std::string(std::strrchr(path, '/') != nullptr ? std::strrchr(path, '/') + 1 : path);
  GElf_Off offset = 0;
  GElf_Sym symbol;
  const char* name =
      dwfl_module_addrinfo(module, address, &offset, &symbol, nullptr, nullptr, nullptr);
  if (name == nullptr) return fmt::format("{:#x} ({})", address, where);
  return fmt::format("{}+{:#x} ({})", Demangled(name), offset, where);
}

int OnFrame(Dwfl_Frame* frame, void* argument) {
  auto& addresses = *static_cast<std::vector<Dwarf_Addr>*>(argument);
  Dwarf_Addr address = 0;
  bool is_activation = false;
  if (!dwfl_frame_pc(frame, &address, &is_activation)) return DWARF_CB_ABORT;
  // A return address may lie behind the function that never returns.
  addresses.push_back(is_activation ? address : address - 1);
  return addresses.size() < kMostFrames ? DWARF_CB_OK : DWARF_CB_ABORT;
}

std::string Fault(const char* doing, int error) {
  // elfutils gives negative numbers for its own faults, the system's otherwise.
  const char* why = error > 0 ? std::strerror(error) : dwfl_errmsg(-1);
  std::string line = fmt::format("{}: {}", doing, why == nullptr ? "unknown" : why);
  if (error == EPERM) line += "; this system forbids ptrace (kernel.yama.ptrace_scope, seccomp)";
  return line;
}

}  // namespace

std::expected<std::vector<std::string>, std::string> ThreadStack(pid_t process, pid_t thread) {
  static const Dwfl_Callbacks callbacks{.find_elf = dwfl_linux_proc_find_elf,
                                        .find_debuginfo = NoDebugInfo,
                                        .section_address = nullptr,
                                        .debuginfo_path = nullptr};
  if (access(fmt::format("/proc/{}/task/{}", process, thread).c_str(), F_OK) != 0) {
    return std::unexpected(Fault("cannot find the thread", errno));
  }
  const std::unique_ptr<Dwfl, decltype(&dwfl_end)> dwfl(dwfl_begin(&callbacks), &dwfl_end);
  if (!dwfl) return std::unexpected(Fault("no stack", 0));
  if (const int error = dwfl_linux_proc_report(dwfl.get(), process); error != 0) {
    return std::unexpected(Fault("cannot see what is loaded", error));
  }
  dwfl_report_end(dwfl.get(), nullptr, nullptr);
  if (const int error = dwfl_linux_proc_attach(dwfl.get(), process, false); error != 0) {
    return std::unexpected(Fault("cannot attach", error));
  }
  std::vector<Dwarf_Addr> addresses;
  errno = 0;
  dwfl_getthread_frames(dwfl.get(), thread, OnFrame, &addresses);
  const int error = errno;
  // Killed meanwhile, the thread stays a zombie until its tracer has waited for it, and keeps its
  // process from being reaped. One that was let go is not ours to wait for: ECHILD, at once. The
  // first thread is left to the process's parent.
  if (thread != process) waitpid(thread, nullptr, __WALL);
  // The walk may end early in code without unwind information: what was found counts.
  if (addresses.empty()) return std::unexpected(Fault("no stack", error));
  std::vector<std::string> frames;
  for (const Dwarf_Addr address : addresses) frames.push_back(Describe(dwfl.get(), address));
  return frames;
}

}  // namespace host
