// SPDX-License-Identifier: MIT
#include "pipelines/track.hpp"

#include <utility>

namespace classcast::pipelines {

namespace {

// A frame that waits longer than this for the uplink's thread is late for a live picture.
constexpr std::uint64_t kMaxQueuedBytes = 2 * GopCache::kMaxBytes;
constexpr GstClockTime kMaxQueuedTime = 2 * GST_SECOND;
// A picture that has not moved for this long is not worth showing again as if it were live.
constexpr Duration kMaxReplayAge = 3s;

bool congested(GstAppSrc* outlet) {
  return gst_app_src_get_current_level_bytes(outlet) > kMaxQueuedBytes ||
         gst_app_src_get_current_level_time(outlet) > kMaxQueuedTime;
}

/// The same memory under a new header, with times of the uplink's pipeline.
Ref<GstBuffer> restamped(const Frame& frame, Instant base) {
  auto buffer = Ref<GstBuffer>::adopt(gst_buffer_copy(frame.buffer.get()));
  auto running = std::max<Duration>(frame.time - base, Duration::zero());
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
  if (!time) return;
  Frame frame{Ref<GstBuffer>::retain(buffer), *time,
              !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)};

  const std::lock_guard lock(mutex_);
  note_caps(gst_sample_get_caps(sample));
  ++stats_.frames;
  stats_.keyframes += frame.keyframe ? 1 : 0;
  stats_.bytes += gst_buffer_get_size(buffer);
  stats_.last = now();
  if (kind_ == MediaKind::video) cache_.add(frame);
  send(frame);
}

void Track::note_caps(GstCaps* caps) {
  if (caps == nullptr || caps == caps_.get()) return;
  caps_ = Ref<GstCaps>::retain(caps);
  const auto* structure = gst_caps_get_structure(caps, 0);
  gst_structure_get_int(structure, "width", &stats_.width);
  gst_structure_get_int(structure, "height", &stats_.height);
  if (outlet_) gst_app_src_set_caps(outlet_.get(), caps);
}

void Track::send(const Frame& frame) {
  if (!outlet_) return;
  if (congested(outlet_.get())) wait_for_keyframe_ = true;
  if (wait_for_keyframe_ && (!frame.keyframe || congested(outlet_.get()))) return;
  wait_for_keyframe_ = false;
  gst_app_src_push_buffer(outlet_.get(), restamped(frame, outlet_base_).release());
}

void Track::set_level(double dbfs) {
  const std::lock_guard lock(mutex_);
  stats_.level_dbfs = dbfs;
}

void Track::restart() {
  const std::lock_guard lock(mutex_);
  cache_.clear();
  wait_for_keyframe_ = true;
  stats_.level_dbfs.reset();
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
  if (!replay(std::move(outlet), base)) request_keyframe();
}

bool Track::replay(Ref<GstAppSrc> outlet, Instant base) {
  const std::lock_guard lock(mutex_);
  outlet_ = std::move(outlet);
  outlet_base_ = base;
  wait_for_keyframe_ = true;
  if (caps_) gst_app_src_set_caps(outlet_.get(), caps_.get());
  for (const auto& frame : cache_.replay(now(), kMaxReplayAge)) send(frame);
  return !wait_for_keyframe_;
}

void Track::detach() {
  const std::lock_guard lock(mutex_);
  outlet_.reset();
}

TrackStats Track::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
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
