// SPDX-License-Identifier: MIT
// GStreamer handles for Ref<T>, and the few calls that every graph needs.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "glib/ref.hpp"

#include <gst/gst.h>

#include <functional>
#include <string>

namespace classcast::glib {

template <>
struct RefTraits<GstBuffer> {
  static void ref(GstBuffer* object) { gst_buffer_ref(object); }
  static void unref(GstBuffer* object) { gst_buffer_unref(object); }
};
template <>
struct RefTraits<GstCaps> {
  static void ref(GstCaps* object) { gst_caps_ref(object); }
  static void unref(GstCaps* object) { gst_caps_unref(object); }
};
template <>
struct RefTraits<GstSample> {
  static void ref(GstSample* object) { gst_sample_ref(object); }
  static void unref(GstSample* object) { gst_sample_unref(object); }
};

}  // namespace classcast::glib

namespace classcast::pipelines {

using glib::Ref;

/// Initialises GStreamer once; later calls do nothing.
void init();

/// A pipeline on the system's monotonic clock, so that base time + running time of any graph is an Instant.
/// Build, start and destroy it on a worker thread: state changes may block as long as a device does.
class Pipeline {
 public:
  /// Whether a chain ends in pads for others to link to. A complete one must be closed when it holds
  /// decodebin, inside which GStreamer would take a pad for the chain's end.
  enum class Ends { open, closed };

  /// Called on GStreamer's threads, for every bus message.
  using MessageHandler = std::function<void(GstMessage*)>;

  explicit Pipeline(MessageHandler handler);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Adds a chain in gst-launch syntax; Errc::unavailable names an element that is not installed.
  Result<Ref<GstElement>> add_chain(const char* description, Ends ends = Ends::open);
  /// Puts an element of that factory into the pipeline.
  Result<Ref<GstElement>> add(const char* factory);
  [[nodiscard]] Ref<GstElement> named(const char* name) const;

  Result<void> play();
  /// Stops everything and waits for the streaming threads; may block.
  void stop();
  /// The Instant of running time zero.
  [[nodiscard]] Instant base_time() const;
  /// To be called before play(): running time starts at `lead` instead of zero.
  void start_with_lead(Duration lead);
  [[nodiscard]] GstElement* element() const { return pipeline_.get(); }

 private:
  Ref<GstElement> pipeline_;
  Ref<GstClock> clock_;
};

inline Instant to_instant(GstClockTime time) {
  return Instant(Duration(static_cast<std::int64_t>(time)));
}

}  // namespace classcast::pipelines
