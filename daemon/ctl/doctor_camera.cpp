// SPDX-License-Identifier: MIT
// doctor: the camera, by a connection of its own.
#include "base/strings.hpp"
#include "ctl/doctor.hpp"
#include "ctl/limit.hpp"
#include "ctl/trial.hpp"
#include "device/address_probe.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace classcast::ctl {

namespace {

using pipelines::CameraKind;
using pipelines::FaultKind;
using pipelines::Transcoding;

// Long enough to see two keyframes that are 10 s apart.
constexpr Duration kWatch = 12s;
constexpr Duration kCameraLimit = 20s;
constexpr Duration kProbeLimit = 3s;
// A viewer who has lost the picture waits for the next keyframe.
constexpr Duration kLongGroup = 4s;

std::string probe(const device::CameraChoice& camera) {
  std::optional<std::string> why;
  device::probe_address(camera.host, camera.port, kProbeLimit,
                        [&why](std::string text) { why = std::move(text); });
  while (!why) g_main_context_iteration(nullptr, TRUE);
  return *why;
}

std::string camera_page(const device::CameraChoice& camera, std::string_view step) {
  return fmt::format("open http://{}/ and {}", camera.host, step);
}

std::string fix_of(const pipelines::Fault& fault, const Patient& patient) {
  const auto& camera = *patient.settings.camera;
  if (fault.kind == FaultKind::unreachable)
    return fmt::format("ping {}   (is the camera on, is [camera] url right?)", camera.host);
  if (fault.kind == FaultKind::missing) return "ls -l /dev/v4l/by-id/   (take one of these names)";
  if (fault.text.find("H.264") != std::string::npos)
    return camera_page(camera, "set the stream to H.264 without B-frames");
  if (fault.kind == FaultKind::internal)
    return "sudo apt install gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav";
  return fmt::format("edit [camera] in {0} or {0}.d/", patient.config_file);
}

void tell_fault(pipelines::Fault fault, const Patient& patient, Findings& findings) {
  const auto& camera = *patient.settings.camera;
  if (fault.kind == FaultKind::unreachable) {
    if (auto why = probe(camera); !why.empty())
      fault.text = fmt::format("camera {} {}", printable(camera.host), why);
  }
  findings.fault("camera", fault.text, fix_of(fault, patient));
}

void tell_keyframes(const pipelines::TrackStats& stats, const device::CameraChoice& camera,
                    Findings& findings) {
  const auto fix = camera_page(camera, "set the keyframe (\"I-frame\") interval to 2 seconds");
  if (!stats.keyframe_distance) {
    return findings.warning("keyframes", fmt::format("no second keyframe within {} s", to_ms(kWatch) / 1000),
                            fix);
  }
  const auto text =
      fmt::format("a keyframe every {:.1f} s", static_cast<double>(to_ms(*stats.keyframe_distance)) / 1000);
  if (*stats.keyframe_distance <= kLongGroup) return findings.good("keyframes", text);
  findings.warning("keyframes", text + "; whoever loses the picture waits for the next one", fix);
}

void tell_picture(const pipelines::TrackStats& stats, const Patient& patient, Findings& findings) {
  const auto& camera = *patient.settings.camera;
  if (stats.frames == 0) {
    return findings.fault("camera", "camera is connected, but sends no picture",
                          camera_page(camera, "look whether the camera itself shows one"));
  }
  const auto* passed =
      camera.camera.kind == CameraKind::rtsp && camera.camera.transcoding != Transcoding::always
          ? "H.264 without B-frames, passed through"
          : "encoded by this computer";
  findings.good("camera", fmt::format("{}×{}, {}", stats.width, stats.height, passed));
  if (camera.camera.kind == CameraKind::rtsp) tell_keyframes(stats, camera, findings);
}

/// A stream that this computer encodes anew works, and costs it dear.
bool needs_encoding(const pipelines::Fault& fault, const device::CameraChoice& camera) {
  const bool codec = fault.kind == FaultKind::reordered ||
                     (fault.kind == FaultKind::refused && fault.text.starts_with("camera sends "));
  return codec && camera.camera.transcoding == Transcoding::when_needed;
}

/// The service has the only handle there is to a USB camera: what it says must do.
void tell_of_service(const protocol::CameraReport& report, Findings& findings) {
  auto text = fmt::format("the service says: {}{}", to_text(report.state),
                          report.cause.empty() ? "" : ": " + report.cause);
  if (report.state == protocol::SourceState::live) return findings.good("camera", text);
  findings.fault("camera", text, "sudo systemctl stop classcastd, and run doctor again");
}

}  // namespace

void examine_camera(const Patient& patient, Findings& findings) {
  if (!patient.settings.camera) return findings.good("camera", "none is configured");
  const auto& camera = *patient.settings.camera;
  if (camera.camera.kind == CameraKind::usb && patient.running)
    return tell_of_service(patient.running->report.camera, findings);
  auto settings = camera.camera;
  // What comes from the camera is of interest, not what this computer would make of it.
  if (settings.transcoding == Transcoding::when_needed && settings.kind == CameraKind::rtsp)
    settings.transcoding = Transcoding::never;
  auto trial = std::make_shared<Trial>(pipelines::MediaKind::video);
  const auto finished = within(kCameraLimit, [trial, settings] {
    auto make = [&settings](pipelines::Track& track, pipelines::FaultHandler on_fault) {
      return pipelines::make_camera(settings, track, std::move(on_fault));
    };
    trial->run(
        make, [](const auto& stats) { return stats.keyframe_distance.has_value(); }, kWatch);
  });
  if (!finished) {
    return findings.fault("camera", "camera does not let go of the connection",
                          "switch the camera off and on");
  }
  const auto fault = trial->fault();
  if (!fault) return tell_picture(trial->stats(), patient, findings);
  if (!needs_encoding(*fault, camera)) return tell_fault(*fault, patient, findings);
  findings.warning("camera", fault->text + "; until then this computer encodes the picture anew",
                   fix_of(*fault, patient));
}

}  // namespace classcast::ctl
