// SPDX-License-Identifier: MIT
// /api/v1/rooms/{room}/timeline and /hls/{room}/…: what of a room can be played again.
#pragma once

#include "server/api.hpp"
#include "server/api_library.hpp"
#include "server/http_client.hpp"

#include <list>
#include <memory>
#include <string>

namespace classcast::server {

class RewindApi {
 public:
  RewindApi(Parts& parts, Recordings& recordings, FileProxy& files, HttpClient& client)
      : parts_(parts), recordings_(recordings), files_(files), client_(client) {}
  void add_routes(HttpServer& http);

 private:
  struct Told {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    std::vector<protocol::RecordingGap> gaps;
  };
  void timeline(const ExchangePtr& exchange);
  void hls(const ExchangePtr& exchange);
  void told(const ExchangePtr& exchange, const RoomId& room, const Result<ClientAnswer>& answer);
  void answer(const ExchangePtr& exchange, const RoomId& room, const Told& told);

  Parts& parts_;
  Recordings& recordings_;
  FileProxy& files_;
  HttpClient& client_;
  std::list<std::shared_ptr<Fetch>> fetches_;
  ViewLog views_;
  glib::Scope scope_;
};

}  // namespace classcast::server
