// SPDX-License-Identifier: MIT
// Source: one capture graph that runs until it is destroyed or reports a fault. Build, start and destroy it
// on a worker thread.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <string>

namespace classcast::pipelines {

enum class FaultKind {
  refused,      ///< the device answered and said no: login, path, codec
  unreachable,  ///< nothing usable answered; a probe of the address may tell why
  transport,    ///< the device cannot send over the transport that was asked for
  missing,      ///< the named device does not exist
  lost,         ///< it worked and ended
  reordered,    ///< it sends B-frames, and must be encoded anew
  internal,     ///< this computer lacks something
};

/// One sentence for a technician, without secrets.
struct Fault {
  FaultKind kind = FaultKind::internal;
  std::string text;
};

/// Called on GStreamer's threads; only the first fault of a graph means anything.
using FaultHandler = std::function<void(Fault)>;

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  virtual Result<void> start() = 0;
};

}  // namespace classcast::pipelines
