// SPDX-License-Identifier: MIT
#include "relay/relay.hpp"

#include "glib/log.hpp"
#include "glib/notify.hpp"

#include <malloc.h>

#include <utility>

namespace classcast::relay {

namespace {

namespace log = glib::log;

const char* who(SessionRole role) {
  return role == SessionRole::publish ? "publisher" : "viewer";
}

void log_note(const SessionNote& note) {
  auto line = note.what == SessionNote::What::came
                  ? fmt::format("{}: a {} came", note.room, who(note.role))
                  : fmt::format("{}: a {} went: {}", note.room, who(note.role), note.reason);
  log::write(log::Level::info, "relay", line, {{"CLASSCAST_ROOM", note.room}});
}

void warn_when_capped(const char* what, const char* sysctl, int wanted, int granted) {
  if (granted >= wanted) return;
  log::warning("relay", "the kernel granted {} of {} KiB for {} media; raise {} or frames may be lost",
               granted / 1024, wanted / 1024, what, sysctl);
}

/// Media goes on by UDP when a port that nobody chose is taken.
Result<std::unique_ptr<TcpListener>> listen_tcp(const Settings& settings) {
  if (!settings.tcp_listen) return std::unique_ptr<TcpListener>();
  auto listener = TcpListener::create(*settings.tcp_listen);
  if (listener || settings.tcp_required) return listener;
  log::warning("relay", "media only by UDP: {}; name another port in [media] tcp_listen, or \"off\"",
               listener.error().message);
  return std::unique_ptr<TcpListener>();
}

CandidateOptions candidate_options(const Settings& settings, const rtc::Address& bound,
                                   const TcpListener* tcp) {
  CandidateOptions options{bound, {}, settings.skip_interfaces, settings.offer_networks};
  if (tcp != nullptr) options.tcp_port = tcp->local().port();
  for (const auto& address : settings.announce) {
    if (auto with_port = rtc::Address::parse(address.ip_text(), bound.port()))
      options.announce.push_back(*with_port);
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<Relay>> Relay::create(const Settings& settings) {
  auto certificate = rtc::Certificate::create();
  if (!certificate) return fail(certificate);
  auto media = MediaThreads::create(settings.media, settings.limits, *certificate, log_note);
  if (!media) return fail(media);
  auto granted = (*media)->granted();
  const auto& wanted = settings.media.buffers;
  warn_when_capped("incoming", "net.core.rmem_max", wanted.receive_bytes, granted.receive_bytes);
  warn_when_capped("outgoing", "net.core.wmem_max", wanted.send_bytes, granted.send_bytes);
  auto tcp = listen_tcp(settings);
  if (!tcp) return fail(tcp);
  std::unique_ptr<Relay> relay(new Relay(settings, std::move(*media), std::move(*tcp)));
  auto port = relay->http_.listen(settings.http_listen);
  if (!port) return fail(port);
  relay->http_port_ = *port;
  return relay;
}

Relay::Relay(const Settings& settings, std::unique_ptr<MediaThreads> media, std::unique_ptr<TcpListener> tcp)
    : candidate_options_(candidate_options(settings, media->local(), tcp.get())),
      media_(std::move(media)),
      gateway_(*media_),
      tcp_(std::move(tcp)),
      access_(settings.access),
      whip_whep_(
          gateway_, access_, [this](const HttpRequest& request) { return candidates_for(request); },
          settings.endpoints),
      evictions_(gateway_, access_),
      monitor_(gateway_, access_, unix_ms()),
      http_([this](const HttpRequest& request, Respond respond) { handle(request, std::move(respond)); }) {
  if (!tcp_) return;
  tcp_->start([this](std::size_t shard, std::unique_ptr<TcpStream> stream) {
    if (shard < media_->size()) (*media_)[shard].adopt(std::move(stream));
  });
}

void Relay::handle(const HttpRequest& request, Respond respond) {
  auto under = [&request](std::string_view root) { return request.path.compare(0, root.size(), root) == 0; };
  if (under("/whip/") || under("/whep/")) return whip_whep_.handle(request, std::move(respond));
  if (request.path == "/evictions") return evictions_.handle(request, std::move(respond));
  monitor_.handle(request, std::move(respond));
}

std::vector<rtc::Candidate> Relay::candidates_for(const HttpRequest& request) const {
  return candidates(candidate_options_, interface_addresses(),
                    request.from_this_machine ? Requester::local : Requester::remote);
}

/// What sessions that are gone leave in the heap goes back to the system: they come and go with the lessons.
void Relay::give_back(std::size_t sessions) {
  if (sessions < sessions_) malloc_trim(0);
  sessions_ = sessions;
}

void Relay::report() {
  gateway_.totals([this](const SessionTotals& totals) {
    glib::notify::status(fmt::format("{} publishers, {} viewers", totals.publishers, totals.viewers));
    glib::notify::watchdog();
    give_back(totals.sessions);
  });
}

}  // namespace classcast::relay
