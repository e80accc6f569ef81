// SPDX-License-Identifier: MIT
// /api/v1/rooms/{room}/recordings and clips, /api/v1/recordings/{recording}: make, show, change, delete.
#pragma once

#include "server/api.hpp"
#include "server/http.hpp"
#include "server/parts.hpp"
#include "server/recordings.hpp"

#include <functional>
#include <string>

namespace classcast::server {

/// The recording of a route, for somebody who may watch its room and has `right` there; otherwise answers.
void with_recording(Recordings& recordings, const Members& members, const ExchangePtr& exchange, Right right,
                    const glib::Scope& scope, std::function<void(const store::Recording&)> work);
/// As the API shows it to one reader.
protocol::Recording shown_to(const Recordings& recordings, const Members& members,
                             const store::Recording& recording, const store::Session& reader);

class RecordingsApi {
 public:
  static constexpr std::size_t kMaxTitle = 200;
  static constexpr std::size_t kMaxClientId = 64;
  static constexpr std::int64_t kMaxPrerollSeconds = 3600;
  static constexpr std::int64_t kMaxClipSeconds = 24 * 3600;

  RecordingsApi(Parts& parts, Recordings& recordings) : parts_(parts), recordings_(recordings) {}
  void add_routes(HttpServer& http);

 private:
  void begin(const ExchangePtr& exchange);
  void clip(const ExchangePtr& exchange);
  void show(const ExchangePtr& exchange);
  void change(const ExchangePtr& exchange);
  void stop(const ExchangePtr& exchange);
  void remove(const ExchangePtr& exchange);
  void restore(const ExchangePtr& exchange);
  void made(const ExchangePtr& exchange, const char* action, const Result<store::Recording>& recording);
  void changed(const ExchangePtr& exchange, const char* action, int status,
               const Result<store::Recording>& recording);
  void apply(const ExchangePtr& exchange, const store::Recording& recording, const char* action, int status,
             Recordings::Change change);
  void into_bin(const ExchangePtr& exchange, const store::Recording& recording);
  void purge(const ExchangePtr& exchange, const store::Recording& recording);
  [[nodiscard]] store::Recording wanted_by(const Exchange& exchange, std::string title) const;

  Parts& parts_;
  Recordings& recordings_;
  glib::Scope scope_;
};

}  // namespace classcast::server
