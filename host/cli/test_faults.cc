// Loaded before libc by faults_test: what a system does that a test cannot make it do. Files in
// TEST_FAULTS say so: `no-fork` makes each start of a process fail, `clock` holds the seconds by
// which the wall clock is off.

#include <dlfcn.h>
#include <spawn.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

std::string File(const char* name) {
  const char* folder = std::getenv("TEST_FAULTS");
  return std::string(folder == nullptr ? "/nowhere" : folder) + "/" + name;
}

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

long SecondsOff() {
  long seconds = 0;
  if (FILE* const file = std::fopen(File("clock").c_str(), "r")) {
    if (std::fscanf(file, "%ld", &seconds) != 1) seconds = 0;
    std::fclose(file);
  }
  return seconds;
}

}  // namespace

extern "C" int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                           const posix_spawnattr_t* attributes, char* const arguments[],
                           char* const environment[]) {
  if (access(File("no-fork").c_str(), F_OK) == 0) return EAGAIN;
  static auto* const real = Real<decltype(posix_spawn)>("posix_spawn");
  return real(pid, path, actions, attributes, arguments, environment);
}

extern "C" int clock_gettime(clockid_t clock, timespec* time) {
  static auto* const real = Real<decltype(clock_gettime)>("clock_gettime");
  const int result = real(clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += SecondsOff();
  return result;
}

extern "C" int gettimeofday(timeval* time, void* zone) {
  static auto* const real = Real<decltype(gettimeofday)>("gettimeofday");
  const int result = real(time, zone);
  time->tv_sec += SecondsOff();
  return result;
}
