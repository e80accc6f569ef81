// SPDX-License-Identifier: MIT
// Sessions: every session and room of one media thread, without I/O. Requests, datagrams and times go in;
// answers, datagrams and one deadline come out.
#pragma once

#include "base/id.hpp"
#include "protocol/relay_status.hpp"
#include "relay/eviction.hpp"
#include "relay/paths.hpp"
#include "relay/refusal.hpp"
#include "relay/session.hpp"
#include "relay/shard.hpp"
#include "rtc/certificate.hpp"
#include "rtc/negotiate.hpp"
#include "rtc/sdp_fragment.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace classcast::relay {

/// What remote parties can make the relay hold.
struct SessionLimits {
  std::size_t sessions = 2000;
  std::size_t sessions_per_room = 1000;
  std::size_t rooms = 200;
  CacheLimits cache;
  std::uint64_t max_publish_bps = 8'000'000;
};

/// What a POST asks for.
struct OpenRequest {
  SessionRole role = SessionRole::watch;
  RoomId room;
  std::string offer;
  std::vector<rtc::Candidate> candidates;  ///< ours
  Part part = Part::main;                  ///< of a publisher
  LayerWish wish = {};                     ///< of a viewer
  std::string owner = {};                  ///< who the token is for
};

struct Opened {
  std::string id;
  std::string etag;  ///< without quotes
  std::string answer;
};

/// Which session a request is about.
struct SessionName {
  SessionRole role = SessionRole::watch;
  RoomId room;
  std::string id;
};

/// What a PATCH asks for.
struct PatchRequest {
  SessionName session;
  std::string fragment;
  std::optional<std::string> if_match;  ///< as sent: "*" or a quoted tag
  std::vector<rtc::Candidate> candidates;
};

/// `fragment` is absent after trickle, when nothing is to be said.
struct Patched {
  std::string etag;
  std::optional<std::string> fragment;
};

/// A viewer's session as its own client may see it.
struct SessionView {
  struct Layer {
    LayerName name = LayerName::high;
    std::uint64_t bitrate_bps = 0;  ///< 0 while it is paused or silent
    std::optional<rtc::PictureSize> picture;
  };
  bool active = false;  ///< somebody publishes
  std::vector<Layer> layers;
  std::size_t viewers = 0;
  Quality quality = Quality::good;
  LayerWish wish;
  std::optional<LayerName> layer;  ///< the one that is sent
  std::size_t picture_line = 0;    ///< the place of the video m-line in the offer
};

/// Somebody came or went; for the log.
struct SessionNote {
  enum class What { came, went } what = What::came;
  SessionRole role = SessionRole::watch;
  std::string room;
  std::string reason;
};

/// Since the relay's start, ended sessions included.
struct SessionTotals {
  std::uint64_t packets_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t packets_out = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t nacks_in = 0;
  std::uint64_t nacks_out = 0;
  std::uint64_t plis_in = 0;
  std::uint64_t plis_out = 0;
  std::uint64_t resent = 0;
  std::uint64_t pauses_out = 0;
  std::uint64_t resumes_out = 0;
  std::uint64_t switches = 0;
  std::uint64_t probe_packets = 0;
  std::array<std::size_t, kQualities> viewer_quality{};  ///< connected now, by quality
  std::array<std::size_t, kMaxLayers> viewer_layer{};    ///< connected now, by the layer they get
  std::size_t paused = 0;                                ///< publishers that are asked to pause, now
  std::uint64_t strangers = 0;                           ///< datagrams that belong to no session
  std::uint64_t kept_back = 0;                           ///< datagrams that the kernel did not give us
  std::uint64_t opened = 0;
  std::size_t publishers = 0;  ///< connected now
  std::size_t viewers = 0;     ///< connected now
  std::size_t sessions = 0;    ///< now
  void add(const Session& session);
  /// Another shard's.
  void add(const SessionTotals& other);
  /// The gauges, of one that is connected.
  void count(const Session& session, Instant now);
};

/// What the other shards and those who route requests have to know.
struct ShardEvents {
  Paths::Observer on_path;
  std::function<void(const RoomId&)> on_room_gone;
};

class Sessions {
 public:
  /// How often every session is looked at; what is more urgent is looked at in its own time.
  static constexpr Duration kSweepInterval = 100ms;

  using NoteHandler = std::function<void(const SessionNote&)>;

  Sessions(SessionLimits limits, std::shared_ptr<const rtc::Certificate> certificate, DatagramSink& sink,
           NoteHandler on_note, Shard shard = {}, ShardEvents events = {});

  Outcome<Opened> open(const OpenRequest& request, Instant now);
  Outcome<Patched> patch(const PatchRequest& request, Instant now);
  /// False when there is no such session.
  bool close(const SessionName& name, Instant now);
  [[nodiscard]] bool exists(const SessionName& name) const { return find(name) != nullptr; }
  [[nodiscard]] bool has_room(const RoomId& room) const { return rooms_.contains(room); }
  /// Whether datagrams from there are some session's.
  [[nodiscard]] bool knows(const rtc::Tuple& tuple) const { return paths_.knows(tuple); }
  /// The audio that the session at this path is sent, if it is a viewer's.
  [[nodiscard]] std::optional<rtc::Ssrc> audio_of(const rtc::Tuple& tuple) const;
  /// The address has become another shard's peer.
  void forget(const rtc::Tuple& tuple) { paths_.forget(tuple); }
  /// Says goodbye to those it covers. How many they were.
  std::size_t evict(const Eviction& eviction, Instant now);
  /// Moves a viewer to the layer it asks for. False when there is no such session.
  bool choose_layer(const SessionName& name, LayerWish wish, Instant now);
  /// nullopt when there is no such session of a viewer.
  [[nodiscard]] std::optional<SessionView> view(const SessionName& name, Instant now) const;
  /// Says goodbye to everybody.
  void close_all(Instant now);

  /// Decrypts in place.
  void receive(const rtc::Tuple& tuple, MutableBytes datagram, Instant now);
  void handle_timeout(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  [[nodiscard]] protocol::RelayStatus status(Instant now) const;
  [[nodiscard]] SessionTotals totals(Instant now = {}) const;

 private:
  [[nodiscard]] Session* find(const SessionName& name) const;
  [[nodiscard]] std::optional<Refusal> admission(const OpenRequest& request) const;
  std::shared_ptr<Room> room_for(const RoomId& id);
  [[nodiscard]] rtc::AnswerParams answer_params(const OpenRequest& request) const;
  Outcome<Opened> open_publish(const OpenRequest& request, const rtc::SessionDescription& offer, Instant now);
  Outcome<Opened> open_watch(const OpenRequest& request, const rtc::SessionDescription& offer, Instant now);
  Outcome<Opened> admit(std::unique_ptr<Session> session, const rtc::AnswerParams& ours,
                        const rtc::RemoteParams& theirs, const rtc::SessionDescription& answer, Instant now);
  Patched restart(Session& session, const rtc::SdpFragment& fragment, const PatchRequest& request,
                  Instant now);

  void settle(Session& session, Instant now);
  void join(Session& session, Instant now);
  void replace_others(const Session& session, Instant now);
  void end(Session& session, std::string_view reason, Instant now);
  void reap();
  void drop_if_unused(const RoomId& id);
  void sweep(Instant now);

  SessionLimits limits_;
  std::shared_ptr<const rtc::Certificate> certificate_;
  DatagramSink& sink_;
  NoteHandler on_note_;
  Shard shard_;
  std::function<void(const RoomId&)> on_room_gone_;
  std::unordered_map<RoomId, std::shared_ptr<Room>> rooms_;
  std::unordered_map<std::string, std::unique_ptr<Session>> sessions_;
  Paths paths_;
  std::vector<std::string> ended_;  // to be destroyed when no session is on the call stack
  std::vector<Session*> eager_;
  Instant sweep_at_{};
  SessionTotals past_;  // of sessions that have ended
};

}  // namespace classcast::relay
