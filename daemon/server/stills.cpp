// SPDX-License-Identifier: MIT
#include "server/stills.hpp"

#include "base/strings.hpp"
#include "protocol/agent.hpp"
#include "server/sessions.hpp"

namespace classcast::server {

namespace {

/// ITU-T T.81 B.1.1.3: a JPEG begins with SOI (FF D8) followed by a marker, and ends with EOI (FF D9).
bool is_jpeg(Bytes bytes) {
  auto size = bytes.size();
  return size >= 4 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff && bytes[size - 2] == 0xff &&
         bytes[size - 1] == 0xd9;
}

}  // namespace

bool Stills::put(const RoomId& room, Bytes jpeg, std::int64_t now_ms) {
  // A PC's clock is not ours: a still that is due may arrive a little early.
  constexpr std::int64_t kPause = protocol::kStillPauseMs * 8 / 10;
  const auto* former = find(room);
  bool early = former != nullptr && now_ms - former->at_ms < kPause;
  if (early || jpeg.size() > protocol::kMaxStillBytes || !is_jpeg(jpeg)) {
    ++refused_;
    return false;
  }
  constexpr std::size_t kTagLength = 32;
  auto etag = "\"" + sha256_hex(as_text(jpeg)).substr(0, kTagLength) + "\"";
  stills_.insert_or_assign(
      room, Still{glib::Ref<GBytes>::adopt(g_bytes_new(jpeg.data(), jpeg.size())), now_ms, std::move(etag)});
  return true;
}

const Stills::Still* Stills::find(const RoomId& room) const {
  auto found = stills_.find(room);
  return found == stills_.end() ? nullptr : &found->second;
}

}  // namespace classcast::server
