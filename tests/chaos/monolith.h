// The old site in miniature, which ./dev test chaos names to the instance: it answers what the
// trials ask as the functions do, from the same database, and says "X-Served-By: monolith".
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "host/supervisor/fd.h"

namespace chaos {

class Monolith {
 public:
  // Listens on 127.0.0.1:`port` at once. Throws std::system_error.
  explicit Monolith(int port);
  ~Monolith();  // when all connections have ended
  Monolith(const Monolith&) = delete;
  Monolith& operator=(const Monolith&) = delete;

  long answered() const { return answered_; }

 private:
  void Accept();
  void Serve(host::Fd client);

  host::Fd listener_;
  std::atomic<long> answered_ = 0;
  std::atomic<int> serving_ = 0;
  std::thread thread_;
};

// The one of this program, started at the first call.
Monolith& TheMonolith();

}  // namespace chaos
