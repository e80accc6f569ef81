// SPDX-License-Identifier: MIT
// StaticFiles: the built viewer, read into memory once, so that no request touches the disk and no path can
// lead out of the directory.
#pragma once

#include "base/result.hpp"
#include "glib/ref.hpp"
#include "server/exchange.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace classcast::server {

class StaticFiles {
 public:
  static constexpr std::size_t kMaxTotalBytes = 64U << 20;
  static constexpr std::size_t kMaxFiles = 4096;

  /// Errc::not_found when the directory or its index.html is missing. Keeps what was loaded before when it
  /// fails.
  Result<void> load(const std::filesystem::path& directory);
  void handle(Exchange& exchange) const;
  [[nodiscard]] bool loaded() const { return !files_.empty(); }

 private:
  struct File {
    glib::Ref<GBytes> content;
    std::string type;
    std::string etag;
    bool immutable = false;
  };
  using Files = std::map<std::string, File, std::less<>>;
  static Result<Files> read_all(const std::filesystem::path& directory);
  static File make_file(std::string_view path, std::string content);
  [[nodiscard]] const File* find(std::string_view path) const;

  Files files_;
};

/// A page of the viewer (`/rooms/room-101`) rather than a file (`/favicon.ico`) or an interface (`/api/…`).
bool is_app_route(std::string_view path);

}  // namespace classcast::server
