// SPDX-License-Identifier: MIT
#include "classroom/still_sender.hpp"

#include "glib/log.hpp"
#include "glib/source.hpp"
#include "pipelines/still.hpp"

#include <utility>

namespace classcast::classroom {

void StillSender::tick(const pipelines::Track& track, Duration every, Instant at) {
  if (at < due_ || worker_.busy_for(at)) return;
  const auto keyframes = track.stats().keyframes;
  auto keyframe = track.newest_keyframe();
  if (!keyframe || keyframes == seen_) return;
  due_ = at + every;
  seen_ = keyframes;
  make(*keyframe);
}

void StillSender::make(const pipelines::Keyframe& keyframe) {
  auto done = scope_.guard([this](const Result<Buffer>& jpeg) {
    if (jpeg) return send_(*jpeg);
    glib::log::debug("still", "{}", jpeg.error().message);
  });
  worker_.run([keyframe, done] {
    glib::post([done, jpeg = pipelines::make_still(keyframe)]() mutable { done(jpeg); });
  });
}

}  // namespace classcast::classroom
