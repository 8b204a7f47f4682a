// A keeper for tests: as `fnhost keep PATH`.

#include "host/keeper/keeper.h"

int main(int argc, char** argv) { return argc == 3 ? host::RunKeeper(argv[2]) : 2; }
