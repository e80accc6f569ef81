// SPDX-License-Identifier: MIT
// Owning pointers for the GLib and GStreamer objects of the test camera.
#pragma once

#include <gst/gst.h>

#include <memory>

namespace classcast::camera {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
struct MiniUnref {
  void operator()(gpointer object) const { gst_mini_object_unref(GST_MINI_OBJECT_CAST(object)); }
};
struct ErrorFree {
  void operator()(GError* error) const { g_error_free(error); }
};

template <typename T>
using Owned = std::unique_ptr<T, Unref>;
template <typename T>
using OwnedMini = std::unique_ptr<T, MiniUnref>;
using OwnedError = std::unique_ptr<GError, ErrorFree>;

}  // namespace classcast::camera
