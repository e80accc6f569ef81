// SPDX-License-Identifier: MIT
#include "pipelines/microphone.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

// pulsesrc: with a buffer of 40 ms it drops samples. One channel: a room's microphone, and half the encoder's
// work. opusenc: 20 ms packets, and redundancy for the loss that in-band FEC is made for (RFC 6716 §2.1.7).
constexpr const char* kChain =
    "pulsesrc name=source buffer-time=200000 latency-time=10000 provide-clock=false client-name=classcastd "
    "! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 "
    "! level interval=1000000000 post-messages=true "
    "! opusenc bitrate=48000 frame-size=20 audio-type=voice inband-fec=true packet-loss-percentage=5 "
    "complexity=5 "
    "! appsink name=sink sync=false async=false max-buffers=50 emit-signals=false";

// `level` reports -700 dB or minus infinity for a muted source.
constexpr double kSilenceDbfs = -100.0;

std::optional<double> rms_dbfs(const GstStructure* level) {
  const auto* value = gst_structure_get_value(level, "rms");
  if (value == nullptr) return std::nullopt;
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS  // GStreamer 1.22 still hands out GValueArray here
      const auto* channels = static_cast<const GValueArray*>(g_value_get_boxed(value));
  if (channels == nullptr || channels->n_values == 0) return std::nullopt;
  return std::max(g_value_get_double(&channels->values[0]), kSilenceDbfs);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

class PulseMicrophone : public Source {
 public:
  PulseMicrophone(MicrophoneSettings settings, Track& track, FaultHandler on_fault)
      : settings_(std::move(settings)),
        track_(track),
        on_fault_(std::move(on_fault)),
        pipeline_([this](GstMessage* message) { handle(message); }) {}
  ~PulseMicrophone() override { pipeline_.stop(); }

  Result<void> build();
  Result<void> start() override;

 private:
  void handle(GstMessage* message);
  void note_level(const GstStructure* level);
  void check_device();
  [[nodiscard]] Fault explain(GstMessage* message) const;
  [[nodiscard]] std::string name() const;

  const MicrophoneSettings settings_;
  Track& track_;
  const FaultHandler on_fault_;
  Ref<GstElement> source_;
  Pipeline pipeline_;
};

Result<void> PulseMicrophone::build() {
  auto chain = pipeline_.add_chain(kChain);
  if (!chain) return fail(chain);
  source_ = pipeline_.named("source");
  if (!settings_.device.empty()) g_object_set(source_.get(), "device", settings_.device.c_str(), nullptr);
  if (!settings_.server.empty()) g_object_set(source_.get(), "server", settings_.server.c_str(), nullptr);
  connect(GST_APP_SINK(pipeline_.named("sink").get()), track_, pipeline_);
  return {};
}

Result<void> PulseMicrophone::start() {
  track_.restart();
  return pipeline_.play();
}

void PulseMicrophone::handle(GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) on_fault_(explain(message));
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) on_fault_({FaultKind::lost, name() + " ended"});
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT) return;
  const auto* structure = gst_message_get_structure(message);
  if (structure != nullptr && gst_structure_has_name(structure, "level") != 0) note_level(structure);
}

void PulseMicrophone::note_level(const GstStructure* level) {
  if (auto dbfs = rms_dbfs(level)) track_.set_level(*dbfs);
  check_device();
}

/// When a source is removed while another exists the sound server moves the stream without an error. Asking
/// for the current device may block, so it is done here, on the streaming thread.
void PulseMicrophone::check_device() {
  // PulseAudio's own words for a default, such as @DEFAULT_SOURCE@, name no device.
  if (settings_.device.empty() || settings_.device.starts_with('@')) return;
  gchar* text = nullptr;
  g_object_get(source_.get(), "current-device", &text, nullptr);
  const glib::UniqueText current(text);
  if (current == nullptr || settings_.device == current.get()) return;
  on_fault_({FaultKind::missing, fmt::format("{} is gone; the sound server moved the recording to \"{}\"",
                                             name(), printable(current.get()))});
}

std::string PulseMicrophone::name() const {
  return settings_.device.empty() ? std::string("the default microphone")
                                  : fmt::format("microphone \"{}\"", printable(settings_.device));
}

Fault PulseMicrophone::explain(GstMessage* message) const {
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  const std::string_view text = error.text();
  auto server = settings_.server.empty() ? std::string() : fmt::format(" at {}", printable(settings_.server));
  if (text.find("No such entity") != std::string_view::npos) {
    return {FaultKind::missing, fmt::format("{} does not exist on the sound server{}", name(), server)};
  }
  if (text.find("Access denied") != std::string_view::npos) {
    return {FaultKind::refused,
            fmt::format("the sound server{} refuses this service (access denied)", server)};
  }
  if (text.find("Disconnected") != std::string_view::npos) {
    return {FaultKind::lost, fmt::format("the sound server{} ended or removed {}", server, name())};
  }
  if (text.find("Failed to connect") != std::string_view::npos) {
    return {FaultKind::unreachable, fmt::format("no sound server answers{} ({})", server, printable(text))};
  }
  return {FaultKind::lost, fmt::format("{} failed: {}", name(), printable(text))};
}

}  // namespace

Result<std::unique_ptr<Source>> make_microphone(const MicrophoneSettings& settings, Track& track,
                                                FaultHandler on_fault) {
  auto microphone = std::make_unique<PulseMicrophone>(settings, track, std::move(on_fault));
  if (auto built = microphone->build(); !built) return fail(built);
  return microphone;
}

}  // namespace classcast::pipelines
