// SPDX-License-Identifier: MIT
// SignalConnection: a GObject signal handler that is disconnected when the object of ours goes away.
#pragma once

#include "glib/ref.hpp"

#include <gio/gio.h>

#include <utility>

namespace classcast::glib {

class SignalConnection {
 public:
  SignalConnection() = default;
  /// `handler` has the signature of the signal with `data` as its last argument.
  SignalConnection(gpointer object, const char* signal, GCallback handler, gpointer data)
      : object_(Ref<GObject>::retain(static_cast<GObject*>(object))),
        id_(g_signal_connect(object, signal, handler, data)) {}
  SignalConnection(SignalConnection&& other) noexcept
      : object_(std::move(other.object_)), id_(std::exchange(other.id_, 0)) {}
  SignalConnection& operator=(SignalConnection&& other) noexcept {
    std::swap(object_, other.object_);
    std::swap(id_, other.id_);
    other.disconnect();
    return *this;
  }
  SignalConnection(const SignalConnection&) = delete;
  SignalConnection& operator=(const SignalConnection&) = delete;
  ~SignalConnection() { disconnect(); }

  void disconnect() {
    if (object_ && id_ != 0) g_signal_handler_disconnect(object_.get(), id_);
    id_ = 0;
    object_.reset();
  }

 private:
  Ref<GObject> object_;
  gulong id_ = 0;
};

}  // namespace classcast::glib
