// SPDX-License-Identifier: MIT
// doctor: the relay's ports.
#include "ctl/doctor.hpp"
#include "ctl/stun_probe.hpp"
#include "device/address_probe.hpp"

#include <fmt/format.h>

#include <optional>

namespace classcast::ctl {

namespace {

constexpr std::uint16_t kMediaUdp = 8443;
constexpr std::uint16_t kMediaTcp = 8444;
constexpr Duration kUdpLimit = 1500ms;
constexpr Duration kTcpLimit = 3s;

/// What the running service proves, no probe can prove better: it goes through the whole handshake.
bool media_pass(const Patient& patient) {
  using protocol::SourceState;
  if (!patient.running) return false;
  const auto state = patient.running->report.uplink.state;
  return state == SourceState::live || state == SourceState::degraded || state == SourceState::paused;
}

std::string tcp_problem(const std::string& host) {
  std::optional<std::string> problem;
  device::probe_address(host, kMediaTcp, kTcpLimit,
                        [&problem](std::string why) { problem = std::move(why); });
  while (!problem) g_main_context_iteration(nullptr, TRUE);
  return *problem;
}

/// A relay says nothing to whom it has not invited, so silence alone is no fault; a service that does not get
/// through is.
void tell_silence(const Patient& patient, const std::string& port, const std::string& host,
                  Findings& findings) {
  if (!patient.running) {
    return findings.warning("relay UDP", port + " is not closed; only the running service can tell more",
                            "sudo systemctl restart classcastd, and run doctor again");
  }
  findings.fault(
      "relay UDP", fmt::format("the service does not get through to {}", port),
      fmt::format("in the firewall let UDP port {} through to {} and its answers back", kMediaUdp, host));
}

void examine_udp(const Patient& patient, const std::string& host, Findings& findings) {
  const auto port = fmt::format("UDP port {} of {}", kMediaUdp, host);
  switch (probe_udp(host, kMediaUdp, kUdpLimit)) {
    case UdpAnswer::answered:
      return findings.good("relay UDP", port + " answers");
    case UdpAnswer::refused:
      return findings.fault("relay UDP", port + " is closed: no relay runs there",
                            "at the server: systemctl status classcast-relay");
    case UdpAnswer::no_such_host:
      return findings.fault("relay UDP", fmt::format("{} cannot be found", host),
                            "check [server] url, or give --relay HOST");
    case UdpAnswer::silent:
      return tell_silence(patient, port, host, findings);
  }
}

}  // namespace

void examine_relay(const Patient& patient, Findings& findings) {
  const auto& host = patient.relay_host.empty() ? patient.settings.server.host : patient.relay_host;
  if (media_pass(patient)) return findings.good("relay", "media pass: the service is sending");
  const auto problem = tcp_problem(host);
  if (problem.empty()) {
    findings.good("relay TCP", fmt::format("TCP port {} of {} is open", kMediaTcp, host));
  } else {
    findings.warning(
        "relay TCP",
        fmt::format(
            "{} {}", host,
            problem.starts_with("refuses") ? fmt::format("has TCP port {} closed", kMediaTcp) : problem),
        fmt::format("only needed where UDP is blocked: let TCP port {} through to {}", kMediaTcp, host));
  }
  examine_udp(patient, host, findings);
}

}  // namespace classcast::ctl
