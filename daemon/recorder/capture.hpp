// SPDX-License-Identifier: MIT
// Capture: one room into its folder of the segment store until it is told to stop. It runs in a process of
// its own (docs/decisions/0013-a-process-per-capture.md) and blocks.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/secret.hpp"
#include "pipelines/receive.hpp"
#include "recorder/fragmenter.hpp"
#include "recorder/store.hpp"
#include "recorder/whep.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace classcast::recorder {

/// Where to subscribe, and with which right.
struct WatchGrant {
  std::string url;  ///< of the room's WHEP endpoint, absolute
  Secret token;
};

enum class CaptureState { waiting, recording, failed };

/// What a capture tells once a second and when its state changes.
struct CaptureReport {
  CaptureState state = CaptureState::waiting;
  std::string cause;  ///< one sentence for a technician; empty when all is well
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  std::uint64_t damaged = 0;
  std::optional<std::int64_t> end_ms;  ///< Unix time up to which the room is on disk
};

class Capture {
 public:
  struct Options {
    std::filesystem::path room;  ///< folder of the store
    std::string ca_file;
    bool loopback = false;
  };
  using Report = std::function<void(const CaptureReport&)>;

  Capture(Options options, Report report);

  /// From any thread.
  void grant(WatchGrant grant);
  void stop();

  /// Returns when stopped; an error when the store cannot be used at all.
  Result<void> run();

 private:
  struct Inbox {
    std::deque<pipelines::RtpPacket> packets;
    std::size_t bytes = 0;
    std::optional<std::string> offer;
    std::optional<std::string> fault;
  };

  Result<void> run_session();
  Result<WhepSession> negotiate(pipelines::Subscriber& subscriber);
  Result<void> receive(pipelines::Subscriber& subscriber, const WhepSession& session);
  [[nodiscard]] bool packets_wait();
  void take_last_sound(pipelines::Subscriber& subscriber);
  Result<std::string> wait_for_offer();
  pipelines::SubscriberEvents events();
  void take(pipelines::RtpPacket packet, pipelines::Subscriber& subscriber);
  void note_damage();
  void on_fragment(Fragment fragment);
  void choose_format(const Fragment& fragment);
  void store(Fragment fragment);
  void store_pending();
  void tell_failure(const Error& error);
  void tell(CaptureState state, const std::string& cause);
  bool pause(Duration time);
  std::optional<WatchGrant> current_grant();

  const Options options_;
  const Report report_;
  WhepClient whep_;
  std::optional<RoomWriter> writer_;

  // Guards the inbox, the grant and stopping_: GStreamer's threads and the reader of commands write them.
  std::mutex mutex_;
  std::condition_variable changed_;
  Inbox inbox_;
  std::optional<WatchGrant> grant_;
  bool stopping_ = false;

  PictureAssembler pictures_;
  std::optional<Fragmenter> fragmenter_;
  std::vector<Fragment> pending_;
  std::optional<Format> format_;
  std::optional<Instant> first_packet_at_;  ///< of this session
  bool heard_ = false;
  bool broken_ = false;    ///< the stream was cut: nothing is stored until decoding may begin again
  Instant eager_until_{};  ///< the room was recorded a moment ago
  std::string gap_cause_;
  CaptureReport told_;
  std::optional<Instant> damage_told_at_;
};

}  // namespace classcast::recorder
