// main() of every function's binary: a source of each, so that the linker finds function::Handle in
// any order.

#include <cstdint>

#include "host/function/function.h"
#include "host/function/worker.h"

namespace {

// An ELF note by which the supervisor knows programs of this SDK from any other FastCGI program:
// these say when they are ready and write a scoreboard. Whoever looks searches the file for the
// bytes "fnhost-sdk-1"; linkers keep notes, also with -s and --gc-sections.
struct Note {
  uint32_t owner_bytes;
  uint32_t text_bytes;
  uint32_t type;
  char owner[8];
  char text[16];
};
[[gnu::section(".note.fnhost"), gnu::used, gnu::retain]] alignas(4) const Note kNote{
    .owner_bytes = sizeof "fnhost",
    .text_bytes = sizeof "fnhost-sdk-1",
    .type = 1,
    .owner = "fnhost",
    .text = "fnhost-sdk-1"};

}  // namespace

int main(int argc, char** argv) { return host::RunWorker(argc, argv, function::Handle); }
