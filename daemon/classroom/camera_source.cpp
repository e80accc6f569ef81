// SPDX-License-Identifier: MIT
#include "classroom/camera_source.hpp"

#include "base/strings.hpp"
#include "device/address_probe.hpp"
#include "glib/log.hpp"

#include <fmt/format.h>

#include <utility>

namespace classcast::classroom {

namespace log = glib::log;
using pipelines::CameraTransport;
using pipelines::FaultKind;

namespace {

constexpr Duration kProbeLimit = 3s;
// A viewer may wait this long for a picture; two seconds are usual.
constexpr Duration kLongKeyframeDistance = 8s;

SourceTraits camera_traits(const std::string& name) {
  SourceTraits traits;
  traits.name = name;
  traits.stalled_cause = "camera is connected, but its picture has stopped";
  traits.silent_cause = "camera is connected, but sends no picture";
  traits.hung_cause = "camera does not let go of the former connection";
  return traits;
}

}  // namespace

CameraSource::CameraSource(const std::string& name, std::function<void()> changed)
    : runner_(camera_traits(name), track_,
              {[this] { return recipe(); },
               [this](pipelines::Fault fault, const SourceRunner::Answer& answer) {
                 explain(std::move(fault), answer);
               },
               [this](Instant) { return complaint(); }, std::move(changed)}) {}

void CameraSource::apply(const std::optional<CameraChoice>& choice) {
  if (choice == choice_) return;
  choice_ = choice;
  reordered_ = false;
  if (!choice_) return runner_.stop();
  transport_ = choice_->camera.rtsp.transport;
  runner_.restart();
}

bool CameraSource::transcodes() const {
  return choice_ && (reordered_ || choice_->camera.transcoding == pipelines::Transcoding::always);
}

SourceRunner::Recipe CameraSource::recipe() {
  auto settings = choice_->camera;
  settings.rtsp.transport = transport_;
  if (reordered_) settings.transcoding = pipelines::Transcoding::always;
  return [settings, track = &track_](pipelines::FaultHandler on_fault) {
    return pipelines::make_camera(settings, *track, std::move(on_fault));
  };
}

std::string CameraSource::complaint() const {
  auto distance = track_.stats().keyframe_distance.value_or(0s);
  if (distance < kLongKeyframeDistance) return {};
  return fmt::format(
      "camera sends a keyframe only every {} s; set its I-frame interval to 2 s, or viewers wait for a "
      "picture",
      (to_ms(distance) + 500) / 1000);
}

void CameraSource::explain(pipelines::Fault fault, const SourceRunner::Answer& answer) {
  if (!choice_) return answer(std::move(fault));
  if (fault.kind == FaultKind::transport && choice_->try_both_transports) {
    transport_ = transport_ == CameraTransport::tcp ? CameraTransport::udp : CameraTransport::tcp;
  }
  if (fault.kind == FaultKind::reordered) {
    const bool may = choice_->camera.transcoding == pipelines::Transcoding::when_needed;
    reordered_ = may;
    fault.text += may ? "; until then this computer encodes the picture anew" : "";
    if (!may) fault.kind = FaultKind::refused;
  }
  // Whoever set the camera to other B-frames restarted it, or its stream at least.
  if (fault.kind == FaultKind::lost) reordered_ = false;
  if (fault.kind != FaultKind::unreachable) return answer(std::move(fault));
  const bool never_worked = runner_.status().state == SourceState::connecting;
  const auto port = choice_->port;
  device::probe_address(
      choice_->host, port, kProbeLimit,
      [=, host = printable(choice_->host), fault = std::move(fault)](const std::string& why) {
        auto explained = fault;
        if (!why.empty()) explained.text = fmt::format("camera {} {}", host, why);
        if (why.empty() && never_worked) {
          explained.text = fmt::format(
              "camera {} accepts connections on port {}, but does not answer as a camera", host, port);
        }
        answer(explained);
      });
}

}  // namespace classcast::classroom
