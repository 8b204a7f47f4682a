// main() of every function's binary: a source of each, so that the linker finds function::Handle in
// any order.

#include "host/function/function.h"
#include "host/function/worker.h"

int main(int argc, char** argv) { return host::RunWorker(argc, argv, function::Handle); }
