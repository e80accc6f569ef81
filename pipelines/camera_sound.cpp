// SPDX-License-Identifier: MIT
#include "pipelines/camera_sound.hpp"

#include "pipelines/sound_chain.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

struct SoundDecoder {
  std::string_view encoding;  ///< RFC 3551 §6, RFC 3640, RFC 6416, RFC 7587
  const char* chain;
};
constexpr std::array kSoundDecoders = {
    SoundDecoder{"PCMA", "rtppcmadepay ! alawdec"},
    SoundDecoder{"PCMU", "rtppcmudepay ! mulawdec"},
    SoundDecoder{"MPEG4-GENERIC", "rtpmp4gdepay ! aacparse ! avdec_aac"},
    SoundDecoder{"MP4A-LATM", "rtpmp4adepay ! aacparse ! avdec_aac"},
    SoundDecoder{"OPUS", "rtpopusdepay ! opusdec"},
};

Result<std::string> sound_chain_for(const std::string& encoding, const SoundProcessing& processing) {
  for (const auto& decoder : kSoundDecoders) {
    if (encoding == decoder.encoding) return fmt::format("{} ! {}", decoder.chain, sound_chain(processing));
  }
  return fail(Errc::invalid, "camera sends its sound as {}, which cannot be used; set it to AAC or G.711",
              codec_word(encoding));
}

class CameraSound : public Source {
 public:
  CameraSound(const MicrophoneSettings& settings, Track& track, FaultHandler on_fault)
      : track_(track),
        rtsp_(settings.camera,
              {"audio",
               [processing = settings.processing](const std::string& encoding) {
                 return sound_chain_for(encoding, processing);
               },
               [this](Pipeline& pipeline) {
                 connect(GST_APP_SINK(pipeline.named("sink").get()), track_, pipeline);
               },
               [this](GstMessage* message) { note_level(message, track_); }},
              std::move(on_fault)) {}

  Result<void> build() { return rtsp_.build(); }
  Result<void> start() override {
    track_.restart();
    return rtsp_.start();
  }

 private:
  Track& track_;
  RtspSource rtsp_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_camera_sound(const MicrophoneSettings& settings, Track& track,
                                                  FaultHandler on_fault) {
  auto sound = std::make_unique<CameraSound>(settings, track, std::move(on_fault));
  if (auto built = sound->build(); !built) return fail(built);
  return sound;
}

}  // namespace classcast::pipelines
