// SPDX-License-Identifier: MIT
#include "relay/whep_events.hpp"

#include "base/random.hpp"
#include "protocol/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace classcast::relay {

namespace {

constexpr std::array<std::string_view, kEventKinds> kTexts = {"active", "inactive", "layers", "viewercount",
                                                              "quality"};
constexpr std::size_t kIdBytes = 16;  // 128 bits: the stream's URL is its own key

/// The bitrate moves all the time; it is news when it has changed by a quarter.
bool alike(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kPart = 4;
  auto more = std::max(a, b);
  return (a == 0) == (b == 0) && (more - std::min(a, b)) * kPart <= more;
}

bool alike(const SessionView& a, const SessionView& b) {
  auto same = [](const SessionView::Layer& x, const SessionView::Layer& y) {
    return x.name == y.name && x.picture == y.picture && alike(x.bitrate_bps, y.bitrate_bps);
  };
  return a.layer == b.layer && a.wish == b.wish &&
         std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(), same);
}

/// The draft's form: the layers by the place of their m-line; ours besides: `encodingId`, the layer that is
/// sent and the one that was asked for.
std::string layers_json(const SessionView& view) {
  protocol::JsonWriter writer;
  writer.objects(std::to_string(view.picture_line).c_str(), view.layers, [](auto& w, const auto& layer) {
    w.text("rid", layer_text(layer.name)).text("encodingId", layer_text(layer.name));
    w.integer("bitrate", static_cast<std::int64_t>(layer.bitrate_bps));
    if (!layer.picture) return;
    w.integer("width", std::int64_t{layer.picture->width})
        .integer("height", std::int64_t{layer.picture->height});
  });
  writer.text("wish", wish_text(view.wish));
  if (view.layer) writer.text("current", layer_text(*view.layer));
  return writer.finish();
}

std::string event(EventKind kind, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", event_text(kind), data);
}

}  // namespace

std::optional<EventKind> parse_event_kind(std::string_view text) {
  auto found = std::find(kTexts.begin(), kTexts.end(), text);
  if (found == kTexts.end()) return std::nullopt;
  return static_cast<EventKind>(found - kTexts.begin());
}

std::string_view event_text(EventKind kind) {
  return kTexts[static_cast<std::size_t>(kind)];
}

std::string events_between(const std::optional<SessionView>& before, const SessionView& after,
                           EventKinds wanted) {
  std::string text;
  auto add = [&](EventKind kind, bool news, std::string_view data) {
    if (news && wanted.has(kind)) text += event(kind, data);
  };
  auto went = before && before->active && !after.active;
  auto came = after.active && (!before || !before->active);
  add(EventKind::active, came, "{}");
  add(EventKind::inactive, went, "{}");
  if (wanted.has(EventKind::layers) && (!before || !alike(*before, after)))
    text += event(EventKind::layers, layers_json(after));
  add(EventKind::viewercount, !before || before->viewers != after.viewers,
      fmt::format("{{\"viewercount\":{}}}", after.viewers));
  add(EventKind::quality, !before || before->quality != after.quality,
      fmt::format("{{\"quality\":\"{}\"}}", quality_text(after.quality)));
  return text;
}

std::optional<std::string> WhepEvents::create(const SessionName& session, EventKinds wanted, Instant now) {
  auto same = [&](const auto& entry) { return entry.second.session.id == session.id; };
  auto count = static_cast<std::size_t>(std::count_if(streams_.begin(), streams_.end(), same));
  if (streams_.size() >= kMaxStreams || count >= kMaxStreamsPerSession) return std::nullopt;
  auto id = random_hex(kIdBytes);
  streams_.emplace(id, Stream{session, wanted, now, nullptr, std::nullopt});
  if (!timer_.active()) timer_ = glib::Timer::every(kLook, [this] { look(classcast::now()); });
  return id;
}

bool WhepEvents::exists(const SessionName& session, const std::string& id) const {
  auto found = streams_.find(id);
  return found != streams_.end() && found->second.session.id == session.id;
}

void WhepEvents::open(const std::string& id, std::shared_ptr<EventStream> stream, Instant now) {
  auto found = streams_.find(id);
  if (found == streams_.end()) return stream->close();
  if (found->second.out) found->second.out->close();
  found->second.out = std::move(stream);
  found->second.seen.reset();
  found->second.sent_at = now;
  gateway_.view(found->second.session,
                [this, id](const std::optional<SessionView>& view) { on_view(id, view, classcast::now()); });
}

bool WhepEvents::remove(const SessionName& session, const std::string& id) {
  if (!exists(session, id)) return false;
  auto found = streams_.find(id);
  if (found->second.out) found->second.out->close();
  streams_.erase(found);
  return true;
}

void WhepEvents::look(Instant now) {
  std::erase_if(streams_, [now](const auto& entry) {
    const auto& stream = entry.second;
    auto open = stream.out && !stream.out->closed();
    return !open && now - stream.sent_at >= kUnused;
  });
  if (streams_.empty()) return timer_.cancel();
  for (const auto& [id, stream] : streams_) {
    gateway_.view(stream.session, [this, id = id](const std::optional<SessionView>& view) {
      on_view(id, view, classcast::now());
    });
  }
}

void WhepEvents::on_view(const std::string& id, const std::optional<SessionView>& view, Instant now) {
  auto found = streams_.find(id);
  if (found == streams_.end()) return;
  auto& stream = found->second;
  if (!view) {  // the session is gone, and with it its streams
    if (stream.out) stream.out->close();
    streams_.erase(found);
    return;
  }
  if (!stream.out || stream.out->closed()) return;
  auto text = events_between(stream.seen, *view, stream.wanted);
  // A layer's bitrate is compared with what the client was told, not with the last look.
  if (!stream.seen || !text.empty()) stream.seen = *view;
  if (text.empty() && now - stream.sent_at >= kHeartbeat) text = ": still here\n\n";
  if (!text.empty()) send(stream, text, now);
}

void WhepEvents::send(Stream& stream, const std::string& text, Instant now) {
  stream.out->send(text);
  stream.sent_at = now;
}

}  // namespace classcast::relay
