// SPDX-License-Identifier: MIT
#include "base/strings.hpp"
#include "fuzz/targets.hpp"
#include "relay/monitor.hpp"
#include "relay/whip_whep.hpp"

#include <cstdlib>

namespace classcast::fuzz {

namespace {

using namespace relay;

/// Runs the requests on real sessions, without a network and without threads.
class Direct final : public Gateway, public DatagramSink {
 public:
  void open(OpenRequest request, Done<Outcome<Opened>> done) override { done(sessions_.open(request, now_)); }
  void patch(PatchRequest request, Done<Outcome<Patched>> done) override {
    done(sessions_.patch(request, now_));
  }
  void close(SessionName name, Done<bool> done) override { done(sessions_.close(name, now_)); }
  void evict(Eviction eviction, Done<std::size_t> done) override { done(sessions_.evict(eviction, now_)); }
  void exists(SessionName name, Done<bool> done) override { done(sessions_.exists(name)); }
  void choose_layer(SessionName name, LayerWish wish, Done<bool> done) override {
    done(sessions_.choose_layer(name, wish, now_));
  }
  void view(SessionName name, Done<std::optional<SessionView>> done) override {
    done(sessions_.view(name, now_));
  }
  void status(Done<protocol::RelayStatus> done) override { done(sessions_.status(now_)); }
  void totals(Done<SessionTotals> done) override { done(sessions_.totals()); }
  MutableBytes space() override { return space_; }
  void send(const rtc::Tuple&, Bytes) override {}
  void close_all() { sessions_.close_all(now_); }

 private:
  Buffer space_ = Buffer(rtc::kMaxDatagram);
  Instant now_{std::chrono::hours(1)};
  Sessions sessions_{SessionLimits{}, rtc::Certificate::create().value(), *this, [](const SessionNote&) {}};
};

std::string_view take_line(std::string_view& text) {
  auto end = text.find('\n');
  auto line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

HttpRequest request_of(std::string_view text) {
  HttpRequest request;
  request.method = take_line(text);
  std::string_view target = take_line(text);
  auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
    auto colon = line.find(':');
    if (colon != std::string_view::npos)
      request.headers[lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
  }
  request.body = text.substr(0, kMaxBodyBytes);
  return request;
}

}  // namespace

void http(Bytes input) {
  static Direct gateway;
  static Access access({"/nonexistent/token.pub", false, 1e9});
  static WhipWhep whip_whep(gateway, access, [](const HttpRequest&) { return std::vector<rtc::Candidate>(); },
                            {});
  static Monitor monitor(gateway, access, 0);
  auto request = request_of(as_text(input));
  int answers = 0;
  auto respond = [&answers](const HttpReply& reply) {
    ++answers;
    if (reply.status < 200 || reply.status > 599) std::abort();
    for (const auto& [name, value] : reply.headers) {
      if (value.find_first_of("\r\n") != std::string::npos) std::abort();
    }
  };
  auto under = [&request](std::string_view root) { return request.path.starts_with(root); };
  if (under("/whip/") || under("/whep/")) {
    whip_whep.handle(request, respond);
  } else {
    monitor.handle(request, respond);
  }
  if (answers != 1) std::abort();
  gateway.close_all();
}

}  // namespace classcast::fuzz
