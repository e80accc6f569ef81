// SPDX-License-Identifier: MIT
#include "rtc/sdp.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace classcast::rtc {

namespace {

/// RFC 8445 §5.1.2.1: type preference of host candidates, and the place of the local preference.
constexpr std::uint32_t kHostPreference = 126;
/// RFC 6544 §4.2: TCP gets a lower type preference, so that UDP is tried first.
constexpr std::uint32_t kTcpHostPreference = 90;
constexpr std::size_t kMaxHost = 255;
constexpr std::size_t kMaxFoundation = 32;

template <typename T>
bool number(std::string_view text, std::int64_t low, T& out) {
  auto value = parse_int(text);
  if (!value || *value < low || *value > static_cast<std::int64_t>(std::numeric_limits<T>::max()))
    return false;
  out = static_cast<T>(*value);
  return true;
}

std::vector<std::string_view> words_of(std::string_view text) {
  auto words = split(text, ' ');
  std::erase_if(words, [](auto word) { return word.empty(); });
  return words;
}

}  // namespace

std::optional<std::string_view> Format::parameter(std::string_view wanted) const {
  for (auto part : split(fmtp, ';')) {
    part = trim(part);
    auto equals = part.find('=');
    if (equals != std::string_view::npos && iequals(trim(part.substr(0, equals)), wanted)) {
      return trim(part.substr(equals + 1));
    }
  }
  return std::nullopt;
}

bool Format::has_feedback(std::string_view wanted) const {
  return std::find(feedback.begin(), feedback.end(), wanted) != feedback.end();
}

// candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type> [<name> <value>]…
Result<Candidate> Candidate::parse(std::string_view text) {
  constexpr std::string_view kPrefix = "candidate:";
  if (!text.starts_with(kPrefix)) return fail(Errc::invalid, "not a candidate");
  auto words = words_of(text.substr(kPrefix.size()));
  if (words.size() < 8 || words[6] != "typ") return fail(Errc::invalid, "malformed candidate");
  Candidate out;
  if (words[0].size() > kMaxFoundation || words[4].size() > kMaxHost) {
    return fail(Errc::invalid, "candidate with overlong fields");
  }
  out.foundation = words[0];
  out.host = words[4];
  out.type = words[7];
  bool udp = iequals(words[2], "udp");
  if (!udp && !iequals(words[2], "tcp")) return fail(Errc::invalid, "candidate of an unknown transport");
  out.transport = udp ? Transport::udp : Transport::tcp;
  if (!number(words[1], 1, out.component) || !number(words[3], 0, out.priority) ||
      !number(words[5], 0, out.port)) {
    return fail(Errc::invalid, "candidate with a number out of range");
  }
  for (std::size_t i = 8; i + 1 < words.size(); i += 2) {
    if (words[i] == "tcptype") out.tcptype = words[i + 1];
  }
  return out;
}

std::string Candidate::text() const {
  auto out = fmt::format("candidate:{} {} {} {} {} {} typ {}", foundation, component,
                         transport == Transport::udp ? "udp" : "tcp", priority, host, port, type);
  if (!tcptype.empty()) out += fmt::format(" tcptype {}", tcptype);
  return out;
}

std::optional<Address> Candidate::address() const {
  return Address::parse(host, port);
}

Candidate Candidate::host_candidate(const Address& address, Transport transport, std::uint16_t preference) {
  bool udp = transport == Transport::udp;
  Candidate out;
  out.transport = transport;
  // RFC 8445 §5.1.1.3: one foundation per base address and protocol.
  out.foundation = fmt::format("{}{}", udp ? 'u' : 't', address.hash() % 1'000'000'000);
  // RFC 8445 §5.1.2.1: 2^24 type preference + 2^8 local preference + (256 - component).
  out.priority =
      ((udp ? kHostPreference : kTcpHostPreference) << 24) + (std::uint32_t{preference} << 8) + 255;
  out.host = address.ip_text();
  out.port = address.port();
  // RFC 6544 §4.5: we listen.
  if (!udp) out.tcptype = "passive";
  return out;
}

const Format* MediaSection::format(std::uint8_t pt) const {
  auto found = std::find_if(formats.begin(), formats.end(), [&](const Format& f) { return f.pt == pt; });
  return found == formats.end() ? nullptr : &*found;
}

const ExtMap* MediaSection::extmap(std::string_view uri) const {
  auto found = std::find_if(extmaps.begin(), extmaps.end(), [&](const ExtMap& e) { return e.uri == uri; });
  return found == extmaps.end() ? nullptr : &*found;
}

}  // namespace classcast::rtc
