// SPDX-License-Identifier: MIT
// FileServer: recordings, HLS and timelines for the server, which has checked who asks (docs/ref/protocol.md
// §5a). Every request carries a token `can=fetch`.
#pragma once

#include "glib/ref.hpp"
#include "protocol/token.hpp"
#include "recorder/room_index.hpp"
#include "recorder/storage.hpp"

#include <libsoup/soup.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace classcast::recorder {

class FileServer {
 public:
  /// How far a room can be rewound; nullopt when it is not captured.
  using WindowOf = std::function<std::optional<std::int64_t>(const std::string& room)>;

  FileServer(Storage& storage, std::filesystem::path public_key_file, WindowOf window_of);
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;
  ~FileServer();

  /// Errc::unavailable when the port is taken.
  Result<void> listen(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The index of a room, as fresh as players see it.
  RoomIndex& index_of(const std::string& room);

 private:
  static void handle(SoupServer*, SoupServerMessage* message, const char* path, GHashTable*, gpointer self);
  void answer(SoupServerMessage* message, std::string_view path);
  /// nullopt: refused, and answered.
  bool allowed(SoupServerMessage* message, const std::string& room);
  void recording(SoupServerMessage* message, std::string_view path);
  void list_files(SoupServerMessage* message);
  void remove_file(SoupServerMessage* message, std::string_view path);
  void hls(SoupServerMessage* message, const std::string& room, std::string_view name);
  void segment(SoupServerMessage* message, const std::string& room, std::string_view name);
  void timeline(SoupServerMessage* message, const std::string& room);

  Storage& storage_;
  const std::filesystem::path public_key_file_;
  const WindowOf window_of_;
  std::optional<protocol::TokenVerifier> verifier_;
  glib::Ref<SoupServer> server_;
  std::uint16_t port_ = 0;
  std::map<std::string, RoomIndex> indexes_;
};

}  // namespace classcast::recorder
