// SPDX-License-Identifier: MIT
#include "bench/load/awake.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

namespace classcast::load {

// Documentation/power/pm_qos_interface.rst of Linux: a 32-bit number of microseconds, for as long as the file
// is open.
Awake::Awake() : fd_(open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC)) {
  std::int32_t longest_us = 0;
  granted_ = fd_.valid() && write(fd_.get(), &longest_us, sizeof longest_us) == sizeof longest_us;
}

}  // namespace classcast::load
