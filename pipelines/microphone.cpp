// SPDX-License-Identifier: MIT
#include "pipelines/microphone.hpp"

#include "base/strings.hpp"
#include "pipelines/camera_sound.hpp"
#include "pipelines/sound_chain.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace classcast::pipelines {

namespace {

// As long as an Opus packet, which would wait for the rest anyway; with a buffer of 40 ms pulsesrc drops
// samples.
constexpr const char* kPulse =
    "pulsesrc name=source buffer-time=200000 latency-time=20000 provide-clock=false client-name=classcastd";
constexpr const char* kAlsa = "alsasrc name=source buffer-time=200000 latency-time=20000 provide-clock=false";
constexpr const char* kTest = "audiotestsrc is-live=true samplesperbuffer=480 freq=440 volume=0.1";
constexpr const char* kLoudspeakers =
    "pulsesrc name=reference buffer-time=200000 latency-time=20000 provide-clock=false "
    "client-name=classcastd ! audioconvert ! audioresample "
    "! audio/x-raw,format=S16LE,rate=48000,channels=1 ! webrtcechoprobe name=loudspeakers ! fakesink "
    "sync=false async=false";

const char* head_of(MicrophoneKind kind) {
  if (kind == MicrophoneKind::alsa) return kAlsa;
  return kind == MicrophoneKind::test ? kTest : kPulse;
}

class SoundCard : public Source {
 public:
  SoundCard(MicrophoneSettings settings, Track& track, FaultHandler on_fault)
      : settings_(std::move(settings)),
        track_(track),
        on_fault_(std::move(on_fault)),
        pipeline_([this](GstMessage* message) { handle(message); }) {}
  ~SoundCard() override { pipeline_.stop(); }

  Result<void> build();
  Result<void> start() override;

 private:
  Result<void> add_reference();
  void set_device(const char* element, const std::string& device) const;
  void handle(GstMessage* message);
  void check_device();
  [[nodiscard]] Fault explain(GstMessage* message) const;
  [[nodiscard]] std::string name() const;

  const MicrophoneSettings settings_;
  Track& track_;
  const FaultHandler on_fault_;
  Ref<GstElement> source_;
  Pipeline pipeline_;
};

Result<void> SoundCard::build() {
  // webrtcdsp finds its probe by name when it starts, so the probe is there first.
  if (auto added = add_reference(); !added) return added;
  auto text = fmt::format("{} ! {}", head_of(settings_.kind), sound_chain(settings_.processing));
  if (auto chain = pipeline_.add_chain(text.c_str()); !chain) return fail(chain);
  if (settings_.kind != MicrophoneKind::test) set_device("source", settings_.device);
  if (settings_.kind == MicrophoneKind::pulse) source_ = pipeline_.named("source");
  connect(GST_APP_SINK(pipeline_.named("sink").get()), track_, pipeline_);
  return {};
}

Result<void> SoundCard::add_reference() {
  if (settings_.processing.echo_reference.empty()) return {};
  if (auto chain = pipeline_.add_chain(kLoudspeakers); !chain) return fail(chain);
  set_device("reference", settings_.processing.echo_reference);
  return {};
}

void SoundCard::set_device(const char* element, const std::string& device) const {
  auto source = pipeline_.named(element);
  if (!device.empty()) g_object_set(source.get(), "device", device.c_str(), nullptr);
  const bool has_server = settings_.kind == MicrophoneKind::pulse && !settings_.server.empty();
  if (has_server) g_object_set(source.get(), "server", settings_.server.c_str(), nullptr);
}

Result<void> SoundCard::start() {
  track_.restart();
  return pipeline_.play();
}

void SoundCard::handle(GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) on_fault_(explain(message));
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) on_fault_({FaultKind::lost, name() + " ended"});
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT) return;
  note_level(message, track_);
  check_device();
}

/// When a source is removed while another exists the sound server moves the stream without an error. Asking
/// for the current device may block, so it is done here, on the streaming thread.
void SoundCard::check_device() {
  // PulseAudio's own words for a default, such as @DEFAULT_SOURCE@, name no device.
  if (!source_ || settings_.device.empty() || settings_.device.starts_with('@')) return;
  gchar* text = nullptr;
  g_object_get(source_.get(), "current-device", &text, nullptr);
  const glib::UniqueText current(text);
  if (current == nullptr || settings_.device == current.get()) return;
  on_fault_({FaultKind::missing, fmt::format("{} is gone; the sound server moved the recording to \"{}\"",
                                             name(), printable(current.get()))});
}

std::string SoundCard::name() const {
  if (settings_.kind == MicrophoneKind::test) return "the test tone";
  return settings_.device.empty() ? std::string("the default microphone")
                                  : fmt::format("microphone \"{}\"", printable(settings_.device));
}

Fault SoundCard::explain(GstMessage* message) const {
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
  // PipeWire's word for a source that is not there while no other can take its place.
  if (text.find("Failed to connect stream") != std::string_view::npos) {
    return {FaultKind::missing, fmt::format("the sound server{} does not give {}; is it plugged in? ({})",
                                            server, name(), printable(text))};
  }
  if (text.find("Failed to connect") != std::string_view::npos) {
    return {FaultKind::unreachable, fmt::format("no sound server answers{} ({})", server, printable(text))};
  }
  if (error.is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY)) {
    return {FaultKind::missing, fmt::format("{} is used by another program", name())};
  }
  // A card that vanished while alsa-lib looked at it refuses its settings.
  const bool closed = error.is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ) ||
                      error.is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  if (settings_.kind == MicrophoneKind::alsa && closed) {
    return {FaultKind::missing,
            fmt::format("{} cannot be opened; is the card plugged in? \"arecord -L\" lists them", name())};
  }
  return {FaultKind::lost, fmt::format("{} failed: {}", name(), printable(text))};
}

}  // namespace

Result<std::unique_ptr<Source>> make_microphone(const MicrophoneSettings& settings, Track& track,
                                                FaultHandler on_fault) {
  if (settings.kind == MicrophoneKind::camera) return make_camera_sound(settings, track, std::move(on_fault));
  auto card = std::make_unique<SoundCard>(settings, track, std::move(on_fault));
  if (auto built = card->build(); !built) return fail(built);
  return card;
}

}  // namespace classcast::pipelines
