// SPDX-License-Identifier: MIT
#include "server/status.hpp"

#include <utility>

namespace classcast::server {

using protocol::Cause;
using protocol::RoomState;
using protocol::SourceState;

namespace {

struct Reason {
  Cause cause;
  std::string detail;
};

bool showing(RoomState state) {
  return state == RoomState::live || state == RoomState::no_audio;
}

bool flowing(const Evidence& evidence) {
  return evidence.newest_frame && evidence.now - *evidence.newest_frame <= kFlowing;
}

bool heartbeat_fresh(const Evidence& evidence) {
  return evidence.agent && evidence.agent->heartbeat_at &&
         evidence.now - *evidence.agent->heartbeat_at <= kHeartbeatSilent;
}

bool camera_delivers(const protocol::CameraReport& camera) {
  bool working = camera.state == SourceState::live || camera.state == SourceState::degraded;
  return working && camera.last_ms.value_or(0) <= kCameraSilentMs;
}

std::string said(const std::string& sentence, const char* otherwise) {
  return sentence.empty() ? otherwise : sentence;
}

const char* camera_sentence(SourceState state) {
  switch (state) {
    case SourceState::off:
      return "No camera is set up on the classroom PC.";
    case SourceState::connecting:
      return "The classroom PC is connecting to the camera.";
    case SourceState::backoff:
      return "The camera does not answer.";
    case SourceState::live:
    case SourceState::stalled:
    case SourceState::degraded:
    case SourceState::paused:
      break;
  }
  return "The camera is connected but sends no pictures.";
}

/// Why no picture comes from a classroom PC that reports.
Reason blame_classroom(const AgentEvidence& agent, Instant now) {
  const auto& camera = agent.heartbeat.camera;
  bool beginning = now - agent.connected_at <= kGrace;
  bool trying = camera.state == SourceState::connecting || camera_delivers(camera);
  if (beginning && trying)
    return {Cause::starting, "The classroom PC has just connected; its picture is on the way."};
  if (!camera_delivers(camera)) return {Cause::camera, said(camera.cause, camera_sentence(camera.state))};
  return {Cause::network,
          said(agent.heartbeat.uplink.cause, "The classroom PC sends, but nothing arrives here.")};
}

Reason blame(const Evidence& evidence) {
  if (!evidence.relay_answered || evidence.now - *evidence.relay_answered > kRelaySilent) {
    return {Cause::relay, "The media relay does not answer."};
  }
  if (!evidence.agent) {
    return {Cause::pc, evidence.enrolled ? "The classroom PC is switched off or cannot reach the server."
                                         : "No classroom PC has been set up for this room."};
  }
  bool waiting =
      !evidence.agent->heartbeat_at && evidence.now - evidence.agent->connected_at <= kHeartbeatSilent;
  if (waiting) return {Cause::starting, "The classroom PC has just connected; its picture is on the way."};
  if (!heartbeat_fresh(evidence)) return {Cause::pc, "The classroom PC has stopped reporting."};
  return blame_classroom(*evidence.agent, evidence.now);
}

void set(Status& status, RoomState state, Cause cause, std::string detail, std::int64_t now_ms) {
  if (status.verdict.state != state) status.verdict.since_ms = now_ms;
  status.verdict.state = state;
  status.verdict.cause = cause;
  status.verdict.detail = std::move(detail);
}

bool microphone_faulty(const Evidence& evidence) {
  if (!heartbeat_fresh(evidence)) return false;
  auto state = evidence.agent->heartbeat.microphone.state;
  return state != SourceState::off && state != SourceState::live;
}

void note_microphone(Status& status, const Evidence& evidence) {
  if (!microphone_faulty(evidence)) {
    status.microphone_lost_at.reset();
  } else if (!status.microphone_lost_at) {
    status.microphone_lost_at = evidence.now;
  }
}

/// Pictures flow: LIVE, or NO AUDIO when the microphone has been away for a while.
Status with_picture(Status status, const Evidence& evidence) {
  note_microphone(status, evidence);
  auto old = std::exchange(status.unconfirmed, std::nullopt);
  bool was_silent = old && old->state == RoomState::no_audio;
  if (was_silent && !heartbeat_fresh(evidence) && evidence.now < status.grace_until) {
    // Silent before the server's start: not shown as healthy until the classroom PC has spoken.
    status.verdict = *old;
    status.unconfirmed = std::move(old);
    return status;
  }
  auto lost_at = status.microphone_lost_at;
  bool patient = !was_silent && status.verdict.state != RoomState::no_audio;
  if (lost_at && (!patient || evidence.now - *lost_at >= kMicrophonePatience)) {
    set(status, RoomState::no_audio, Cause::microphone,
        said(evidence.agent->heartbeat.microphone.cause, "No sound comes from the microphone."),
        evidence.now_ms);
  } else {
    set(status, RoomState::live, Cause::none, "", evidence.now_ms);
  }
  if (old && old->state == status.verdict.state) status.verdict.since_ms = old->since_ms;
  return status;
}

/// Nobody watches, and a picture would come at once if anybody did, for all that is known: the relay answers,
/// and a classroom PC that reports has its camera.
bool stands_by(const Evidence& evidence) {
  auto relay_speaks = evidence.relay_answered && evidence.now - *evidence.relay_answered <= kRelaySilent;
  auto broken = heartbeat_fresh(evidence) && !camera_delivers(evidence.agent->heartbeat.camera);
  return relay_speaks && !broken;
}

Status standing_by(Status status, const Evidence& evidence) {
  status.unconfirmed.reset();
  status.microphone_lost_at.reset();
  if (evidence.paused) status.standby_until = evidence.now + kWaking;
  set(status, RoomState::standby, Cause::none, "Ready; nobody is watching.", evidence.now_ms);
  return status;
}

Status without_picture(Status status, const Evidence& evidence) {
  status.unconfirmed.reset();
  status.microphone_lost_at.reset();
  bool recent = evidence.newest_frame && evidence.now - *evidence.newest_frame <= kGone;
  auto reason = blame(evidence);
  set(status, recent ? RoomState::stale : RoomState::offline, reason.cause, std::move(reason.detail),
      evidence.now_ms);
  return status;
}

}  // namespace

void FrameClock::observe(std::int64_t frames, std::optional<std::int64_t> last_ms, Instant now) {
  bool moved = frames > 0 && frames_ != frames;
  frames_ = frames;
  if (moved && last_ms) newest_ = now - std::chrono::milliseconds(*last_ms);
}

Status begin_status(std::int64_t now_ms) {
  Status status;
  status.verdict.since_ms = now_ms;
  return status;
}

Status resume_status(const Verdict& from_diary, Instant now, std::int64_t now_ms) {
  Status status;
  status.verdict = from_diary;
  status.grace_until = now + kGrace;
  if (showing(from_diary.state)) {
    status.unconfirmed = from_diary;
    status.verdict = {RoomState::stale, Cause::starting,
                      "The server has just started and looks for the picture.", now_ms};
  }
  return status;
}

Status step(Status status, const Evidence& evidence) {
  auto waking = !flowing(evidence) && status.standby_until && evidence.now < *status.standby_until;
  if ((evidence.paused || waking) && stands_by(evidence)) return standing_by(std::move(status), evidence);
  status.standby_until.reset();
  if (flowing(evidence)) return with_picture(std::move(status), evidence);
  if (evidence.now < status.grace_until && !evidence.newest_frame) return status;
  return without_picture(std::move(status), evidence);
}

bool worth_noting(const Status& before, const Status& after) {
  auto was = before.unconfirmed.value_or(before.verdict);
  auto is = after.unconfirmed.value_or(after.verdict);
  return was.state != is.state || was.cause != is.cause;
}

}  // namespace classcast::server
