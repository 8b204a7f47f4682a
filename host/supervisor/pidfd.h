// pidfd_open and pidfd_send_signal: glibc 2.36 declares them without extern "C".
#pragma once

#include <csignal>

extern "C" {
#include <sys/pidfd.h>
}
