// SPDX-License-Identifier: MIT
#include "pipelines/track.hpp"

#include <utility>

namespace classcast::pipelines {

namespace {

// A frame that waits longer than this for the uplink's thread is late for a live picture.
constexpr std::uint64_t kMaxQueuedBytes = GopCache::kMaxBytes;
constexpr GstClockTime kMaxQueuedTime = 2 * GST_SECOND;
// A picture that has not moved for this long is not shown again as if it were live: the relay would count it
// as new, and the room would be called LIVE for as long again. It goes out together with the next frame.
constexpr Duration kMaxReplayAge = 500ms;
// After so long a silence (the camera's picture "has stopped") pictures were probably lost on the way, and
// those that come now lean on them: a browser would show a smear of old and new until the next keyframe, and
// call it live.
constexpr Duration kBrokenAfter = 3s;
// So much of the camera's time missing at a place that the network marks as torn: a program that hung, a
// camera that threw away what nobody took. A packet lost now and then is less, and costs no picture.
constexpr Duration kTornAfter = 1s;
// What was kept during a silence as long comes in one go, with times that tell nothing: until it is through,
// no torn place counts as small.
constexpr Duration kCatchingUp = 5s;

bool congested(GstAppSrc* outlet) {
  return gst_app_src_get_current_level_bytes(outlet) > kMaxQueuedBytes ||
         gst_app_src_get_current_level_time(outlet) > kMaxQueuedTime;
}

/// The same memory under a new header, with times of the uplink's pipeline.
Ref<GstBuffer> restamped(const Ref<GstBuffer>& frame, Duration since_base) {
  auto buffer = Ref<GstBuffer>::adopt(gst_buffer_copy(frame.get()));
  auto running = std::max<Duration>(since_base, Duration::zero());
  GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(running.count());
  GST_BUFFER_DTS(buffer.get()) = GST_CLOCK_TIME_NONE;
  // The payloader would count RTP time by offsets, which start again with each source pipeline.
  GST_BUFFER_OFFSET(buffer.get()) = GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET_END(buffer.get()) = GST_BUFFER_OFFSET_NONE;
  return buffer;
}

std::optional<Instant> capture_time(GstSample* sample, Instant base) {
  auto pts = GST_BUFFER_PTS_IS_VALID(gst_sample_get_buffer(sample))
                 ? GST_BUFFER_PTS(gst_sample_get_buffer(sample))
                 : GST_BUFFER_DTS(gst_sample_get_buffer(sample));
  auto running = gst_segment_to_running_time(gst_sample_get_segment(sample), GST_FORMAT_TIME, pts);
  if (!GST_CLOCK_TIME_IS_VALID(running)) return std::nullopt;
  return base + Duration(static_cast<std::int64_t>(running));
}

}  // namespace

void Track::push(GstSample* sample, Instant base) {
  auto* buffer = gst_sample_get_buffer(sample);
  if (buffer == nullptr || gst_buffer_get_size(buffer) == 0) return;
  auto time = capture_time(sample, base);

  const std::lock_guard lock(mutex_);
  // Frames that come in one go after a hang share one time, and the parser gives it to the first one only. A
  // picture left out for that would be missing for those that lean on it.
  if (!time) time = newest_;
  if (!time) return;
  Frame frame{Ref<GstBuffer>::retain(buffer), *time,
              !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)};
  note_caps(gst_sample_get_caps(sample));
  ++stats_.frames;
  if (frame.keyframe) note_keyframe(frame);
  if (silent_for() >= kTornAfter) silence_ended_ = clock_();
  if (!frame.keyframe && is_broken(frame)) await_keyframe();
  newest_ = frame.time;
  stats_.bytes += gst_buffer_get_size(buffer);
  stats_.last = clock_();
  if (kind_ == MediaKind::video) cache_.add(frame);
  if (!replay_due_ || !replay()) send(frame);
}

// An encoder in this program loses nothing, however long it had no picture; and it makes keyframes when it is
// asked.
bool Track::is_broken(const Frame& frame) const {
  if (kind_ != MediaKind::video || request_keyframe_ || !newest_) return false;
  if (silent_for() >= kBrokenAfter) return true;
  const bool catching_up = silence_ended_ && clock_() - *silence_ended_ < kCatchingUp;
  return GST_BUFFER_FLAG_IS_SET(frame.buffer.get(), GST_BUFFER_FLAG_DISCONT) &&
         (catching_up || frame.time - *newest_ >= kTornAfter);
}

Duration Track::silent_for() const {
  return stats_.last ? clock_() - *stats_.last : Duration::zero();
}

void Track::await_keyframe() {
  cache_.clear();
  replay_due_ = false;
  wait_for_keyframe_ = true;
}

void Track::note_caps(GstCaps* caps) {
  if (caps == nullptr || caps == caps_.get()) return;
  caps_ = Ref<GstCaps>::retain(caps);
  const auto* structure = gst_caps_get_structure(caps, 0);
  gst_structure_get_int(structure, "width", &stats_.width);
  gst_structure_get_int(structure, "height", &stats_.height);
  if (outlet_) gst_app_src_set_caps(outlet_.get(), caps);
}

void Track::note_keyframe(const Frame& frame) {
  ++stats_.keyframes;
  if (kind_ != MediaKind::video) return;
  if (keyframe_time_) stats_.keyframe_distance = frame.time - *keyframe_time_;
  keyframe_time_ = frame.time;
  keyframe_ = frame.buffer;
}

void Track::send(const Frame& frame) {
  if (!outlet_ || paused_) return;
  if (congested(outlet_.get())) wait_for_keyframe_ = true;
  if (wait_for_keyframe_ && (!frame.keyframe || congested(outlet_.get()))) return;
  wait_for_keyframe_ = false;
  // After a hang times may go back: the camera's jitter buffer guesses them anew.
  newest_sent_ = std::max(newest_sent_ + GopCache::kNearest, frame.time);
  ++stats_.sent;
  gst_app_src_push_buffer(outlet_.get(), restamped(frame.buffer, newest_sent_ - outlet_base_).release());
}

void Track::set_level(double rms_dbfs, double peak_dbfs) {
  const std::lock_guard lock(mutex_);
  stats_.level_dbfs = rms_dbfs;
  stats_.peak_dbfs = peak_dbfs;
}

void Track::restart() {
  const std::lock_guard lock(mutex_);
  await_keyframe();
  newest_.reset();
  silence_ended_.reset();
  keyframe_.reset();
  keyframe_time_.reset();
  stats_.keyframe_distance.reset();
  stats_.level_dbfs.reset();
  stats_.peak_dbfs.reset();
}

void Track::on_keyframe_request(std::function<void()> request) {
  const std::lock_guard lock(mutex_);
  request_keyframe_ = std::move(request);
}

void Track::request_keyframe() {
  std::function<void()> request;
  {
    const std::lock_guard lock(mutex_);
    request = request_keyframe_;
  }
  // Outside the lock: the encoder has locks of its own, and holds them when it calls push().
  if (request) request();
}

void Track::attach(Ref<GstAppSrc> outlet, Instant base) {
  bool begun = false;
  {
    const std::lock_guard lock(mutex_);
    outlet_ = std::move(outlet);
    outlet_base_ = base;
    newest_sent_ = Instant::min();
    paused_ = false;
    if (caps_) gst_app_src_set_caps(outlet_.get(), caps_.get());
    begun = replay();
  }
  if (!begun) request_keyframe();
}

void Track::pause() {
  const std::lock_guard lock(mutex_);
  replay_due_ = false;
  paused_ = true;
}

void Track::resume() {
  bool begun = true;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(paused_, false) && outlet_ && kind_ == MediaKind::video) begun = replay();
  }
  if (!begun) request_keyframe();
}

bool Track::replay() {
  wait_for_keyframe_ = true;
  const auto fresh = stats_.last && clock_() - *stats_.last <= kMaxReplayAge;
  replay_due_ = !fresh && cache_.size() > 0;
  if (!fresh) return false;
  for (const auto& frame : cache_.replay(newest_sent_)) send(frame);
  return !wait_for_keyframe_;
}

void Track::detach() {
  const std::lock_guard lock(mutex_);
  replay_due_ = false;
  outlet_.reset();
}

TrackStats Track::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

std::optional<Keyframe> Track::newest_keyframe() const {
  const std::lock_guard lock(mutex_);
  if (!keyframe_ || !caps_) return std::nullopt;
  return Keyframe{keyframe_, caps_};
}

namespace {

struct Connection {
  Track* track;
  GstElement* pipeline;
};

GstFlowReturn on_sample(GstAppSink* sink, gpointer data) {
  auto* connection = static_cast<Connection*>(data);
  auto sample = Ref<GstSample>::adopt(gst_app_sink_pull_sample(sink));
  if (sample)
    connection->track->push(sample.get(), to_instant(gst_element_get_base_time(connection->pipeline)));
  return GST_FLOW_OK;
}

}  // namespace

void connect(GstAppSink* sink, Track& track, const Pipeline& pipeline) {
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = on_sample;
  gst_app_sink_set_callbacks(sink, &callbacks, new Connection{&track, pipeline.element()},
                             [](gpointer data) { delete static_cast<Connection*>(data); });
}

}  // namespace classcast::pipelines
