// SPDX-License-Identifier: MIT
#include "classroom/microphone_source.hpp"

#include <fmt/format.h>

#include <utility>

namespace classcast::classroom {

using pipelines::CameraTransport;
using pipelines::MicrophoneKind;

namespace {

// Speech must rise this much above the threshold, for this long, to count as sound again.
constexpr double kHysteresisDb = 5;
constexpr Duration kSoundAfter = 1s;

SourceTraits microphone_traits() {
  SourceTraits traits;
  traits.name = "microphone";
  traits.stall_after = 2s;
  traits.start_limit = 8s;
  traits.stalled_cause = "microphone sends no sound any more (suspended, or the sound server hangs)";
  traits.silent_cause = "microphone was opened, but sends no sound";
  traits.hung_cause = "the sound server does not answer";
  return traits;
}

}  // namespace

MicrophoneSource::MicrophoneSource(std::function<void()> changed)
    : runner_(microphone_traits(), track_,
              {[this] { return recipe(); },
               [this](pipelines::Fault fault, const SourceRunner::Answer& answer) {
                 // A camera that refuses a transport for its sound; the picture tries both as well.
                 if (fault.kind == pipelines::FaultKind::transport) {
                   transport_ =
                       transport_ == CameraTransport::tcp ? CameraTransport::udp : CameraTransport::tcp;
                 }
                 answer(std::move(fault));
               },
               [this](Instant at) { return complaint(at); }, std::move(changed)}) {}

void MicrophoneSource::apply(const std::optional<MicrophoneChoice>& choice) {
  if (choice == choice_) return;
  const bool same_device = choice && choice_ && choice->microphone == choice_->microphone;
  choice_ = choice;
  silence_.reset();
  if (!choice_) return runner_.stop();
  silence_.emplace(LowWatch::Limits{choice_->silence_dbfs, choice_->silence_dbfs + kHysteresisDb,
                                    choice_->silence_after, kSoundAfter});
  transport_ = choice_->microphone.camera.transport;
  if (!same_device) runner_.restart();
}

std::string MicrophoneSource::device() const {
  if (!choice_) return {};
  switch (choice_->microphone.kind) {
    case MicrophoneKind::camera:
      return "the camera's microphone";
    case MicrophoneKind::test:
      return "test tone";
    default:
      return choice_->microphone.device.empty() ? "default" : choice_->microphone.device;
  }
}

SourceRunner::Recipe MicrophoneSource::recipe() {
  auto settings = choice_->microphone;
  settings.camera.transport = transport_;
  return [settings, track = &track_](pipelines::FaultHandler on_fault) {
    return pipelines::make_microphone(settings, *track, std::move(on_fault));
  };
}

std::string MicrophoneSource::complaint(Instant at) {
  auto level = track_.stats().level_dbfs;
  if (!level || !silence_->update(*level, at)) return {};
  return fmt::format("microphone is silent: below {:.0f} dBFS for {} s; is it muted, or its cable loose?",
                     choice_->silence_dbfs, to_ms(choice_->silence_after) / 1000);
}

}  // namespace classcast::classroom
