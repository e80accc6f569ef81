// SPDX-License-Identifier: MIT
// /api/v1/recordings: the library, its files; /api/v1/storage.
#pragma once

#include "server/api.hpp"
#include "server/file_proxy.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"
#include "server/recordings.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace classcast::server {

/// Notes that somebody looks at something, once in a while instead of for every piece that a player asks for.
class ViewLog {
 public:
  static constexpr std::int64_t kPauseMs = 10LL * 60 * 1000;
  static constexpr std::size_t kMaxNoted = 10'000;
  /// True when it is to be noted.
  bool first(const std::string& session, const std::string& what, std::int64_t now_ms);

 private:
  std::map<std::pair<std::string, std::string>, std::int64_t> noted_;
};

class LibraryApi {
 public:
  static constexpr std::int64_t kMaxPage = 200;

  LibraryApi(Parts& parts, Recordings& recordings, Recorders& recorders, FileProxy& files)
      : parts_(parts), recordings_(recordings), recorders_(recorders), files_(files) {}
  void add_routes(HttpServer& http);

 private:
  void list(const ExchangePtr& exchange);
  void video(const ExchangePtr& exchange);
  void download(const ExchangePtr& exchange);
  void thumbnail(const ExchangePtr& exchange);
  void storage(const ExchangePtr& exchange);
  void pass(const ExchangePtr& exchange, const store::Recording& recording, const std::string& path,
            std::vector<std::pair<std::string, std::string>> headers);
  std::optional<store::RecordingFilter> read_filter(Exchange& exchange);
  bool limit_to_rooms(Exchange& exchange, store::RecordingFilter& filter);

  Parts& parts_;
  Recordings& recordings_;
  Recorders& recorders_;
  FileProxy& files_;
  ViewLog views_;
  glib::Scope scope_;
};

/// 00:00 and 24:00 of a day "2026-11-27" in local time, Unix milliseconds.
std::optional<std::pair<std::int64_t, std::int64_t>> day_range(const std::string& day);
/// A name for a downloaded file: the title or the room, and the time, without what file systems dislike.
std::string download_name(const protocol::Recording& recording);

}  // namespace classcast::server
