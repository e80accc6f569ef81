// SPDX-License-Identifier: MIT
// Hardware that this computer need not have: which encoder is taken, and USB cameras.
#include "fake_element.hpp"
#include "pipelines/camera.hpp"
#include "pipelines/encoder.hpp"
#include "pipelines/h264_slices.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace classcast::pipelines {
namespace {

const std::vector<const char*> kVa = {"bitrate", "key-int-max", "b-frames", "rate-control", "target-usage"};
const std::vector<const char*> kNv = {"bitrate", "gop-size", "bframes", "zerolatency", "rc-mode"};
const std::vector<const char*> kM2m = {"extra-controls"};
constexpr const char* kEncodes =
    "x264enc tune=zerolatency speed-preset=ultrafast ! video/x-h264,level=(string)4";
constexpr const char* kRefuses = "identity error-after=1 ! x264enc";
constexpr Duration kPatience = 20s;

class Hardware : public ::testing::Test {
 protected:
  Hardware() { init(); }
};

TEST_F(Hardware, EveryKindThatWorksComesBeforeTheProcessor) {
  for (const auto& [factory, properties] :
       {std::pair{"vah264enc", kVa}, {"v4l2h264enc", kM2m}, {"nvh264enc", kNv}}) {
    const Pretence present({factory, kEncodes, properties});
    EXPECT_EQ(find_h264_encoder(), factory);
  }
}

TEST_F(Hardware, TheGraphicsProcessorsOwnIsPreferredToTheCard) {
  const Pretence card({"nvh264enc", kEncodes, kNv});
  const Pretence graphics({"vah264enc", kEncodes, kVa});
  EXPECT_EQ(find_h264_encoder(), "vah264enc");
}

TEST_F(Hardware, OneThatIsInstalledButRefusesIsPassedOver) {
  const Pretence broken({"vah264enc", kRefuses, kVa});
  const Pretence works({"nvh264enc", kEncodes, kNv});
  EXPECT_EQ(find_h264_encoder(), "nvh264enc");
}

TEST_F(Hardware, WithoutAnyTheProcessorEncodes) {
  const Pretence broken({"v4l2h264enc", kRefuses, kM2m});
  EXPECT_EQ(find_h264_encoder(), "x264enc");
}

/// A camera's first fault, and what it sends.
class UsbCamera : public Hardware {
 protected:
  Result<std::unique_ptr<Source>> camera(const std::string& device) {
    CameraSettings settings;
    settings.kind = CameraKind::usb;
    settings.device = device;
    return make_camera(settings, track_, [this](Fault fault) {
      const std::lock_guard lock(mutex_);
      if (!fault_) fault_ = std::move(fault);
      told_.notify_all();
    });
  }

  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    const auto deadline = now() + kPatience;
    while (!condition() && now() < deadline) told_.wait_for(lock, 50ms);
    return condition();
  }

  Track track_{MediaKind::video};
  std::mutex mutex_;  // guards fault_
  std::condition_variable told_;
  std::optional<Fault> fault_;
};

TEST_F(UsbCamera, ThatIsNotThereIsNamed) {
  auto made = camera("/dev/v4l/by-id/usb-nobody-video-index0");
  ASSERT_TRUE(made) << made.error().message;
  static_cast<void>((*made)->start());
  ASSERT_TRUE(wait([this] { return fault_.has_value(); }));
  EXPECT_EQ(fault_->kind, FaultKind::missing);
  EXPECT_EQ(fault_->text, "camera /dev/v4l/by-id/usb-nobody-video-index0 does not exist; is it plugged in?");
}

// The real chain behind v4l2src: decoder, converter, queue, encoder, parser.
TEST_F(UsbCamera, MotionJpegAndRawPicturesBecomeH264WithoutBFrames) {
  for (const auto* chain :
       {"videotestsrc is-live=true ! video/x-raw,width=640,height=480,framerate=15/1 ! jpegenc",
        "videotestsrc is-live=true ! video/x-raw,format=YUY2,width=640,height=480,framerate=15/1 ! "
        "identity"}) {
    const Pretence device({"v4l2src", chain, {"device"}});
    const auto before = track_.stats().frames;
    auto made = camera("/dev/video0");
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE((*made)->start());
    EXPECT_TRUE(wait([&] { return track_.stats().frames > before + 3; }));
    EXPECT_FALSE(fault_) << fault_->text;
    EXPECT_EQ(track_.stats().width, 640);
    const auto keyframe = track_.newest_keyframe();
    ASSERT_TRUE(keyframe);
    EXPECT_STREQ(gst_structure_get_name(gst_caps_get_structure(keyframe->caps.get(), 0)), "video/x-h264");
  }
}

}  // namespace
}  // namespace classcast::pipelines
