// SPDX-License-Identifier: MIT
#include "rtc/sdp.hpp"

#include <fmt/format.h>

namespace classcast::rtc {

namespace {

std::string_view direction_name(Direction direction) {
  switch (direction) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      return "inactive";
  }
  return "";
}

std::string_view setup_name(Setup setup) {
  switch (setup) {
    case Setup::actpass:
      return "actpass";
    case Setup::active:
      return "active";
    case Setup::passive:
      return "passive";
    case Setup::holdconn:
      return "holdconn";
  }
  return "";
}

class SdpWriter {
 public:
  template <typename... Args>
  void line(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), text, std::forward<Args>(args)...);
    out_ += "\r\n";
  }

  void session(const SessionDescription& sdp) {
    line("v=0");
    line("o=- {} {} IN IP4 127.0.0.1", sdp.session_id, sdp.session_version);
    line("s=-");
    line("t=0 0");
    if (sdp.ice_lite) line("a=ice-lite");
    if (!sdp.bundle.empty()) line("a=group:BUNDLE {}", fmt::join(sdp.bundle, " "));
    if (sdp.extmap_allow_mixed) line("a=extmap-allow-mixed");
    for (const auto& section : sdp.media) media(section);
  }

  std::string take() { return std::move(out_); }

 private:
  void media(const MediaSection& section) {
    auto out = fmt::format("m={} {} {}", section.media, section.port, section.protocol);
    for (const auto& format : section.formats) out += fmt::format(" {}", format.pt);
    for (const auto& format : section.other_formats) out += fmt::format(" {}", format);
    line("{}", out);
    line("c=IN IP4 0.0.0.0");
    if (!section.mid.empty()) line("a=mid:{}", section.mid);
    line("a={}", direction_name(section.direction));
    transport(section);
    for (const auto& map : section.extmaps) extmap(map);
    for (const auto& format : section.formats) this->format(format);
    sources(section);
    for (const auto& candidate : section.candidates) line("a={}", candidate.text());
    if (section.end_of_candidates) line("a=end-of-candidates");
  }

  void transport(const MediaSection& section) {
    if (!section.ufrag.empty()) line("a=ice-ufrag:{}", section.ufrag);
    if (!section.pwd.empty()) line("a=ice-pwd:{}", section.pwd.reveal());
    if (!section.ice_options.empty()) line("a=ice-options:{}", section.ice_options);
    for (const auto& fingerprint : section.fingerprints) line("a=fingerprint:{}", fingerprint.text());
    if (section.setup) line("a=setup:{}", setup_name(*section.setup));
    if (section.bundle_only) line("a=bundle-only");
    if (section.rtcp_mux) line("a=rtcp-mux");
    if (section.rtcp_mux_only) line("a=rtcp-mux-only");
    if (section.rtcp_rsize) line("a=rtcp-rsize");
  }

  void extmap(const ExtMap& map) {
    if (map.direction) {
      line("a=extmap:{}/{} {}", map.id, direction_name(*map.direction), map.uri);
    } else {
      line("a=extmap:{} {}", map.id, map.uri);
    }
  }

  void format(const Format& format) {
    if (format.name.empty()) return;
    auto channels = format.channels > 1 ? fmt::format("/{}", format.channels) : std::string();
    line("a=rtpmap:{} {}/{}{}", format.pt, format.name, format.clock_rate, channels);
    if (!format.fmtp.empty()) line("a=fmtp:{} {}", format.pt, format.fmtp);
    for (const auto& feedback : format.feedback) line("a=rtcp-fb:{} {}", format.pt, feedback);
  }

  void sources(const MediaSection& section) {
    for (const auto& msid : section.msids) line("a=msid:{}", msid);
    for (const auto& group : section.ssrc_groups) {
      std::string ssrcs;
      for (auto ssrc : group.ssrcs) ssrcs += fmt::format(" {}", ssrc.value);
      line("a=ssrc-group:{}{}", group.semantics, ssrcs);
    }
    for (const auto& source : section.ssrcs) {
      if (!source.cname.empty()) line("a=ssrc:{} cname:{}", source.ssrc.value, source.cname);
      if (!source.msid.empty()) line("a=ssrc:{} msid:{}", source.ssrc.value, source.msid);
    }
    for (const auto& rid : section.rids) {
      line("a=rid:{} {}{}{}", rid.id, rid.send ? "send" : "recv", rid.restrictions.empty() ? "" : " ",
           rid.restrictions);
    }
    if (!section.simulcast.empty()) line("a=simulcast:{}", section.simulcast);
  }

  std::string out_;
};

}  // namespace

std::string SessionDescription::text() const {
  SdpWriter writer;
  writer.session(*this);
  return writer.take();
}

}  // namespace classcast::rtc
