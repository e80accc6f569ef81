// SPDX-License-Identifier: MIT
// [microphone]
#include "device/settings_parts.hpp"

namespace classcast::device {

using glib::Config;
using pipelines::MicrophoneKind;

namespace {

constexpr std::int64_t kQuietest = -100;
constexpr std::int64_t kLoudest = -10;
constexpr std::int64_t kDefaultSilence = -60;
constexpr Duration kDefaultSilenceAfter = 30s;
constexpr Duration kLongestSilence = 1h;

Result<void> take_processing(const Config& config, pipelines::MicrophoneSettings& microphone) {
  auto noise = config.boolean("microphone", "noise_suppression", false);
  if (!noise) return fail(noise);
  auto gain = config.boolean("microphone", "gain_control", false);
  if (!gain) return fail(gain);
  microphone.processing = {*noise, *gain, config.text("microphone", "echo_reference")};
  if (!microphone.processing.echo_reference.empty() && microphone.kind != MicrophoneKind::pulse)
    return refuse(config, "microphone", "echo_reference", "is for source = pulse only");
  return {};
}

Result<void> take_silence(const Config& config, MicrophoneChoice& choice) {
  auto below = config.integer("microphone", "silence_below", kDefaultSilence, kQuietest, kLoudest);
  if (!below) return fail(below);
  auto after = config.duration("microphone", "silence_after", kDefaultSilenceAfter);
  if (!after) return fail(after);
  if (*after < 1s || *after > kLongestSilence)
    return refuse(config, "microphone", "silence_after", "is not from 1s to 1h");
  choice.silence_dbfs = static_cast<double>(*below);
  choice.silence_after = *after;
  return {};
}

/// A card's id, as in /proc/asound/cards, becomes the PCM that converts to what we need; a name with a colon
/// is a PCM already.
std::string alsa_pcm(const std::string& device) {
  return device.find(':') == std::string::npos ? "plughw:CARD=" + device : device;
}

Result<void> take_device(const Config& config, const std::optional<CameraChoice>& camera,
                         pipelines::MicrophoneSettings& microphone) {
  const auto device = config.text("microphone", "device");
  if (config.has("microphone", "server") && microphone.kind != MicrophoneKind::pulse)
    return refuse(config, "microphone", "server", "is for source = pulse only");
  switch (microphone.kind) {
    case MicrophoneKind::pulse:
      microphone.device = device == "default" ? std::string() : device;
      microphone.server = config.text("microphone", "server");
      return {};
    case MicrophoneKind::alsa:
      if (device.empty() || device == "default") {
        return refuse(config, "microphone", "device",
                      "source = alsa needs the card's id, see /proc/asound/cards");
      }
      microphone.device = alsa_pcm(device);
      return {};
    case MicrophoneKind::camera:
      if (!camera || camera->camera.kind != pipelines::CameraKind::rtsp)
        return refuse(config, "microphone", "source", "= camera needs a [camera] with a url");
      microphone.camera = camera->camera.rtsp;
      [[fallthrough]];
    case MicrophoneKind::test:
      if (!device.empty()) return refuse(config, "microphone", "device", "is for source = pulse or alsa");
      return {};
  }
  return {};
}

}  // namespace

Result<std::optional<MicrophoneChoice>> load_microphone(const Config& config,
                                                        const std::optional<CameraChoice>& camera) {
  constexpr std::string_view kSources[] = {"pulse", "alsa", "camera", "test"};
  auto source = config.choice("microphone", "source", kSources);
  if (!source) return fail(source);
  MicrophoneChoice choice;
  for (std::size_t i = 0; i < std::size(kSources); ++i) {
    if (*source == kSources[i]) choice.microphone.kind = static_cast<MicrophoneKind>(i);
  }
  const bool by_name = choice.microphone.kind == MicrophoneKind::pulse;
  if (by_name && config.has("microphone", "server") && !config.has("microphone", "device")) {
    return refuse(config, "microphone", "device", "is missing; without it there is no microphone");
  }
  const auto* otherwise = by_name ? "none" : "";
  if (auto taken = take_processing(config, choice.microphone); !taken) return fail(taken);
  if (auto taken = take_silence(config, choice); !taken) return fail(taken);
  if (config.text("microphone", "device", otherwise) == "none") return std::optional<MicrophoneChoice>();
  if (auto taken = take_device(config, camera, choice.microphone); !taken) return fail(taken);
  return std::optional(choice);
}

}  // namespace classcast::device
