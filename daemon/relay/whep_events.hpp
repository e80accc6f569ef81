// SPDX-License-Identifier: MIT
// WhepEvents: the server-sent events of WHEP sessions (draft-ietf-wish-whep-03): which a client has asked
// for, and when one is due.
#pragma once

#include "base/clock.hpp"
#include "glib/source.hpp"
#include "relay/gateway.hpp"
#include "relay/http_message.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace classcast::relay {

/// `active inactive layers viewercount` of the draft, and our own `quality`.
enum class EventKind : std::uint8_t { active, inactive, layers, viewercount, quality };
inline constexpr std::size_t kEventKinds = 5;
std::optional<EventKind> parse_event_kind(std::string_view text);
std::string_view event_text(EventKind kind);

/// Which kinds a client wants.
class EventKinds {
 public:
  void add(EventKind kind) { bits_ |= bit(kind); }
  [[nodiscard]] bool has(EventKind kind) const { return (bits_ & bit(kind)) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }

 private:
  static unsigned bit(EventKind kind) { return 1U << static_cast<unsigned>(kind); }
  unsigned bits_ = 0;
};

/// The events that lie between two looks at a session, in the form of text/event-stream; `before` is absent
/// at the first look, at which everything but `inactive` is news.
std::string events_between(const std::optional<SessionView>& before, const SessionView& after,
                           EventKinds wanted);

class WhepEvents {
 public:
  /// What remote parties can make us hold.
  static constexpr std::size_t kMaxStreams = 4096;
  static constexpr std::size_t kMaxStreamsPerSession = 4;
  /// One that is asked for and not fetched is forgotten.
  static constexpr Duration kUnused = 30s;
  static constexpr Duration kLook = 500ms;
  /// A comment that keeps proxies from closing, and shows us whether the client is there.
  static constexpr Duration kHeartbeat = 15s;

  explicit WhepEvents(Gateway& gateway) : gateway_(gateway) {}
  WhepEvents(const WhepEvents&) = delete;
  WhepEvents& operator=(const WhepEvents&) = delete;

  /// The id of a new stream, which is its key; nullopt over the limits.
  std::optional<std::string> create(const SessionName& session, EventKinds wanted, Instant now);
  [[nodiscard]] bool exists(const SessionName& session, const std::string& id) const;
  /// The client fetches it; a former connection is closed.
  void open(const std::string& id, std::shared_ptr<EventStream> stream, Instant now);
  /// False when there is no such stream.
  bool remove(const SessionName& session, const std::string& id);

 private:
  struct Stream {
    SessionName session;
    EventKinds wanted;
    Instant sent_at{};
    std::shared_ptr<EventStream> out;
    std::optional<SessionView> seen;
  };
  void look(Instant now);
  void on_view(const std::string& id, const std::optional<SessionView>& view, Instant now);
  static void send(Stream& stream, const std::string& text, Instant now);

  Gateway& gateway_;
  std::map<std::string, Stream> streams_;
  glib::Timer timer_;  // while there are streams
};

}  // namespace classcast::relay
