// SPDX-License-Identifier: MIT
// Track: where the encoded frames of one source meet the uplink that sends them. It outlives both, counts
// what passes and never blocks: without an uplink frames are dropped, and a slow one skips to the next
// keyframe.
#pragma once

#include "base/clock.hpp"
#include "pipelines/gop_cache.hpp"
#include "pipelines/gst.hpp"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace classcast::pipelines {

enum class MediaKind { video, audio };

/// What has passed since the program's start; microphone figures stay empty for video and the other way
/// round.
struct TrackStats {
  std::uint64_t frames = 0;
  std::uint64_t keyframes = 0;
  std::uint64_t bytes = 0;
  std::optional<Instant> last;
  int width = 0;
  int height = 0;
  std::optional<Duration> keyframe_distance;  ///< between the newest two of the same graph
  std::optional<double> level_dbfs;
  std::optional<double> peak_dbfs;
  std::uint64_t sent = 0;  ///< frames handed to an uplink
};

/// A picture that needs no other one.
struct Keyframe {
  Ref<GstBuffer> buffer;
  Ref<GstCaps> caps;
};

class Track {
 public:
  explicit Track(MediaKind kind, Instant (*clock)() = now) : kind_(kind), clock_(clock) {}
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;
  ~Track() = default;

  /// From the source's streaming thread. `base` is its pipeline's Instant of running time zero.
  void push(GstSample* sample, Instant base);
  void set_level(double rms_dbfs, double peak_dbfs);
  /// A new pipeline begins: frames cached from the former one do not join with it.
  void restart();
  /// Called when the receiver asks for a keyframe, on any thread; an empty function means nobody can make
  /// one.
  void on_keyframe_request(std::function<void()> request);
  void request_keyframe();

  /// From now on frames go to `outlet`, whose pipeline has that base time; video begins with the cached group
  /// of pictures, at once when its newest frame is fresh, else when the next one comes.
  void attach(Ref<GstAppSrc> outlet, Instant base);
  void detach();
  /// Closes a valve before the uplink; source, cache and counters go on. A new uplink opens it.
  void pause();
  /// Opens it again; video begins with the cached group of pictures. Does nothing when it is open.
  void resume();

  [[nodiscard]] TrackStats stats() const;
  [[nodiscard]] std::optional<Keyframe> newest_keyframe() const;

 private:
  /// True when the cache had frames to begin with; otherwise it is tried again with the next frame.
  bool replay();
  void note_keyframe(const Frame& frame);
  /// True when pictures before this one are likely to be missing.
  [[nodiscard]] bool is_broken(const Frame& frame) const;
  /// Since the newest frame.
  [[nodiscard]] Duration silent_for() const;
  /// What is cached does not join with what comes before the next keyframe.
  void await_keyframe();
  void send(const Frame& frame);
  void note_caps(GstCaps* caps);

  const MediaKind kind_;
  Instant (*const clock_)();
  // Guards everything below: the source's streaming thread, the uplink's and the main thread meet here.
  mutable std::mutex mutex_;
  TrackStats stats_;
  GopCache cache_;
  Ref<GstCaps> caps_;
  Ref<GstAppSrc> outlet_;
  Instant outlet_base_;
  Instant newest_sent_ = Instant::min();  // to this outlet
  bool paused_ = false;
  bool wait_for_keyframe_ = true;
  bool replay_due_ = false;        // the cache was too old to begin with
  std::optional<Instant> newest_;  // frame's capture time, of this graph
  std::optional<Instant> silence_ended_;
  Ref<GstBuffer> keyframe_;
  std::optional<Instant> keyframe_time_;
  std::function<void()> request_keyframe_;
};

/// Ends `sink`'s graph in `track`. The pipeline must outlive neither.
void connect(GstAppSink* sink, Track& track, const Pipeline& pipeline);

}  // namespace classcast::pipelines
