// SPDX-License-Identifier: MIT
// doctor: one second of sound, and whose sound server it comes from.
#include "base/strings.hpp"
#include "ctl/doctor.hpp"
#include "ctl/limit.hpp"
#include "ctl/subprocess.hpp"
#include "ctl/trial.hpp"

#include <fmt/format.h>

#include <memory>

namespace classcast::ctl {

namespace {

// pulsesrc delivers its first buffer up to two seconds late.
constexpr Duration kListen = 8s;
constexpr Duration kSoundLimit = 10s;
constexpr Duration kAskLimit = 3s;
constexpr double kSilenceDbfs = -60;
constexpr const char* kGuide = "docs/guide/classroom.md, \"Sound\"";

std::string pactl(const pipelines::MicrophoneSettings& microphone, std::string_view words) {
  auto server = microphone.server.empty() ? std::string() : fmt::format("--server={} ", microphone.server);
  return fmt::format("sudo -u classcast pactl {}{}", server, words);
}

/// "PulseAudio (on PipeWire 0.3.65)", as it calls itself; empty when it does not say.
std::string server_name(const pipelines::MicrophoneSettings& microphone) {
  std::vector<std::string> command = {"pactl"};
  if (!microphone.server.empty()) command.push_back("--server=" + microphone.server);
  command.emplace_back("info");
  auto told = output_of(command, kAskLimit);
  if (!told) return {};
  constexpr std::string_view kLabel = "Server Name: ";
  for (auto line : split(*told, '\n')) {
    if (line.starts_with(kLabel)) return printable(line.substr(kLabel.size()));
  }
  return {};
}

/// Which of the set-ups of the guide is in force.
std::string sound_case(const pipelines::MicrophoneSettings& microphone) {
  using pipelines::MicrophoneKind;
  if (microphone.kind == MicrophoneKind::alsa) return "none: the sound card itself (ALSA)";
  if (microphone.kind == MicrophoneKind::camera) return "none: the camera's own microphone";
  if (microphone.kind == MicrophoneKind::test) return "none: a test tone";
  auto text = microphone.server.empty() ? std::string("the sound server of the service's own account")
                                        : fmt::format("another account's sound server, by the socket {}",
                                                      printable(microphone.server));
  if (auto name = server_name(microphone); !name.empty()) text += fmt::format(" ({})", name);
  return text;
}

std::string fix_of(const pipelines::Fault& fault, const pipelines::MicrophoneSettings& microphone) {
  using pipelines::FaultKind;
  if (fault.kind == FaultKind::missing)
    return pactl(microphone, "list short sources") + "   (take one of these names)";
  if (fault.kind == FaultKind::internal)
    return "sudo apt install gstreamer1.0-pulseaudio gstreamer1.0-plugins-good";
  return kGuide;
}

void tell_level(const pipelines::TrackStats& stats, const pipelines::MicrophoneSettings& microphone,
                Findings& findings) {
  if (!stats.level_dbfs) {
    return findings.fault("microphone", "microphone was opened, but sends no sound",
                          pactl(microphone, "list sources") + "   (suspended?)");
  }
  auto text = fmt::format("{:.0f} dBFS over one second", *stats.level_dbfs);
  if (*stats.level_dbfs >= kSilenceDbfs) return findings.good("microphone", text);
  const auto device = microphone.device.empty() ? std::string("@DEFAULT_SOURCE@") : microphone.device;
  findings.warning("microphone", text + ": silence",
                   pactl(microphone, fmt::format("set-source-mute {} 0", device)));
}

/// A sound card opens once, and the service has it: what it says must do.
void tell_of_service(const protocol::MicrophoneReport& report, Findings& findings) {
  auto text = fmt::format("the service says: {}{}", to_text(report.state),
                          report.cause.empty() ? "" : ": " + report.cause);
  if (report.level_dbfs) text += fmt::format(", {:.0f} dBFS", *report.level_dbfs);
  findings.good("sound server", "none: the sound card itself (ALSA)");
  if (report.state == protocol::SourceState::live) return findings.good("microphone", text);
  findings.fault("microphone", text, "sudo systemctl stop classcastd, and run doctor again");
}

}  // namespace

void examine_sound(const Patient& patient, Findings& findings) {
  if (!patient.settings.microphone) return findings.good("microphone", "none is configured");
  const auto& microphone = patient.settings.microphone->microphone;
  if (microphone.kind == pipelines::MicrophoneKind::alsa && patient.running)
    return tell_of_service(patient.running->report.microphone, findings);
  auto trial = std::make_shared<Trial>(pipelines::MediaKind::audio);
  const auto finished = within(kSoundLimit, [trial, microphone] {
    auto make = [&microphone](pipelines::Track& track, pipelines::FaultHandler on_fault) {
      return pipelines::make_microphone(microphone, track, std::move(on_fault));
    };
    trial->run(
        make, [](const auto& stats) { return stats.level_dbfs.has_value(); }, kListen);
  });
  if (!finished) {
    return findings.fault("sound server", "the sound server does not answer",
                          "log the desktop's user out and in   (pulseaudio or pipewire hangs)");
  }
  findings.good("sound server", sound_case(microphone));
  if (auto fault = trial->fault())
    return findings.fault("microphone", fault->text, fix_of(*fault, microphone));
  tell_level(trial->stats(), microphone, findings);
}

}  // namespace classcast::ctl
