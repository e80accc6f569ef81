// SPDX-License-Identifier: MIT
#include "pipelines/sound_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace classcast::pipelines {

namespace {

// `level` reports -700 dB or minus infinity for a muted source.
constexpr double kSilenceDbfs = -100.0;

const char* yes_no(bool value) {
  return value ? "true" : "false";
}

/// webrtcdsp does everything by default, so each part is named.
std::string processing_element(const SoundProcessing& processing) {
  const bool echo = !processing.echo_reference.empty();
  if (!processing.noise_suppression && !processing.gain_control && !echo) return {};
  return fmt::format(
      "! webrtcdsp name=processing echo-cancel={} noise-suppression={} gain-control={} high-pass-filter=true "
      "voice-detection=false limiter=true {} ",
      yes_no(echo), yes_no(processing.noise_suppression), yes_no(processing.gain_control),
      echo ? "probe=loudspeakers" : "");
}

std::optional<double> first_channel(const GstStructure* level, const char* field) {
  const auto* value = gst_structure_get_value(level, field);
  if (value == nullptr) return std::nullopt;
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS  // GStreamer 1.22 still hands out GValueArray here
      const auto* channels = static_cast<const GValueArray*>(g_value_get_boxed(value));
  if (channels == nullptr || channels->n_values == 0) return std::nullopt;
  return std::max(g_value_get_double(&channels->values[0]), kSilenceDbfs);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

}  // namespace

// One channel: a room's microphone, and half the encoder's work. opusenc: 20 ms packets, and redundancy for
// the loss that in-band FEC is made for (RFC 6716 §2.1.7).
std::string sound_chain(const SoundProcessing& processing) {
  return fmt::format(
      "audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved {}"
      "! level interval=1000000000 post-messages=true "
      "! opusenc bitrate=48000 frame-size=20 audio-type=voice inband-fec=true packet-loss-percentage=5 "
      "complexity=5 "
      "! appsink name=sink sync=false async=false max-buffers=50 emit-signals=false",
      processing_element(processing));
}

void note_level(GstMessage* message, Track& track) {
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT) return;
  const auto* structure = gst_message_get_structure(message);
  if (structure == nullptr || gst_structure_has_name(structure, "level") == 0) return;
  auto rms = first_channel(structure, "rms");
  auto peak = first_channel(structure, "peak");
  if (rms && peak) track.set_level(*rms, *peak);
}

}  // namespace classcast::pipelines
