// A host of its own for a test: folders, configuration, the real `fnhost` and its processes.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/supervisor/fd.h"
#include "host/supervisor/status.h"

namespace host::testing {

// Waits for `condition`, looking every millisecond, ten seconds at most; false when it never came.
bool Eventually(const std::function<bool()>& condition);

// Whether the process is there and no zombie.
bool Alive(pid_t pid);

// What a function's manifest says beside the usual.
struct TestPool {
  std::string mode = "static";
  int idle_timeout_s = 60;
  int max_requests = 0;
};

struct CommandEnd {
  int exit = -1;
  std::string out;
  std::string err;
};

struct Ended {
  int exit = -1;
  std::string text;  // stdout and stderr
};
// `fnhost WORDS`, as a shell takes them.
Ended Fnhost(const std::string& words);

bool Contains(const std::string& text, const std::string& part);

class TestHost {
 public:
  TestHost();   // an empty functions folder, a free metrics port
  ~TestHost();  // kills what is left
  TestHost(const TestHost&) = delete;

  // A function whose `workers` behave as test_worker.cc says.
  void Add(const std::string& name, int workers, const std::string& behaviour,
           const TestPool& pool = {});
  void KeepState() { state_ = true; }  // before Add: a state_dir
  // A function that serves: test_function.cc.
  void AddServing(const std::string& name, int workers, const TestPool& pool = {});
  // A key of the configuration and its value as JSON.
  void Set(const std::string& key, const std::string& json);
  void Write(const std::string& file, const std::string& text) const;  // below path()

  pid_t Start();  // `fnhost run`, its log appended to log()
  int Wait();     // exit code of the last started; 1000 + signal; -1 when it does not end
  std::vector<pid_t> Workers() const;  // everybody with our FNHOST_RUN_DIR
  HostStatus Status() const;           // state "" when nobody answers
  FunctionStatus Function(const std::string& name) const;
  std::string Get(const std::string& page) const;  // the whole HTTP answer
  std::string Log() const;
  Fd Connect(const std::string& function) const;  // to its socket; none when nobody listens

  // `fnhost WORDS... --config ...` to its end, or begun and ended.
  struct Begun {
    pid_t pid;
    std::string out;  // files
    std::string err;
  };
  CommandEnd Run(const std::vector<std::string>& words) { return End(Begin(words)); }
  Begun Begin(std::vector<std::string> words);
  CommandEnd End(const Begun& begun) const;

  std::string path() const { return path_; }
  std::string run_dir() const { return path_ + "/run"; }
  int port() const { return port_; }
  pid_t pid() const { return pids_.back(); }

 private:
  void AddFolder(const std::string& name, const std::string& program, int workers,
                 const TestPool& pool);
  void WriteConfig() const;

  std::string path_;
  bool state_ = false;
  int commands_ = 0;
  int port_ = 0;
  std::map<std::string, std::string> behaviours_;
  std::map<std::string, std::string> settings_;
  std::vector<pid_t> pids_;
};

// Waits until all functions are up; false when they never were.
bool Running(const TestHost& host);

}  // namespace host::testing
