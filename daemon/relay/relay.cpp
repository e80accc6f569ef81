// SPDX-License-Identifier: MIT
#include "relay/relay.hpp"

#include "glib/log.hpp"
#include "glib/notify.hpp"

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

CandidateOptions candidate_options(const Settings& settings, const rtc::Address& bound) {
  CandidateOptions options{bound, {}, settings.skip_interfaces, settings.offer_networks};
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
  std::unique_ptr<Relay> relay(new Relay(settings, std::move(*media)));
  auto port = relay->http_.listen(settings.http_listen);
  if (!port) return fail(port);
  relay->http_port_ = *port;
  return relay;
}

Relay::Relay(const Settings& settings, std::unique_ptr<MediaThreads> media)
    : candidate_options_(candidate_options(settings, media->local())),
      media_(std::move(media)),
      gateway_(*media_),
      access_(settings.access),
      whip_whep_(
          gateway_, access_, [this](const HttpRequest& request) { return candidates_for(request); },
          settings.endpoints),
      monitor_(gateway_, access_, unix_ms()),
      http_([this](const HttpRequest& request, Respond respond) { handle(request, std::move(respond)); }) {}

void Relay::handle(const HttpRequest& request, Respond respond) {
  auto under = [&request](std::string_view root) { return request.path.compare(0, root.size(), root) == 0; };
  if (under("/whip/") || under("/whep/")) return whip_whep_.handle(request, std::move(respond));
  monitor_.handle(request, std::move(respond));
}

std::vector<rtc::Candidate> Relay::candidates_for(const HttpRequest& request) const {
  return candidates(candidate_options_, interface_addresses(),
                    request.from_this_machine ? Requester::local : Requester::remote);
}

void Relay::report() {
  gateway_.totals([](const SessionTotals& totals) {
    glib::notify::status(fmt::format("{} publishers, {} viewers", totals.publishers, totals.viewers));
    glib::notify::watchdog();
  });
}

}  // namespace classcast::relay
