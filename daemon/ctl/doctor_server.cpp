// SPDX-License-Identifier: MIT
// doctor: the server's address, certificate, answer and clock.
#include "ctl/certificate.hpp"
#include "ctl/doctor.hpp"
#include "ctl/request.hpp"
#include "glib/ref.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace classcast::ctl {

namespace {

constexpr std::int64_t kDay = 24 * 3600;
constexpr std::int64_t kExpiresSoonDays = 21;
// Tokens live for minutes, certificates begin and end by the clock.
constexpr std::int64_t kClockSlackSeconds = 60;

std::int64_t unix_now() {
  return g_get_real_time() / G_USEC_PER_SEC;
}

void examine_expiry(const ServerCertificate& certificate, Findings& findings) {
  const auto days = (certificate.expires - unix_now()) / kDay;
  auto text = fmt::format("the server's certificate is good for {} days", days);
  if (days >= kExpiresSoonDays) return findings.good("certificate", text);
  findings.warning("certificate", days < 0 ? "the server's certificate has expired" : text,
                   "renew the certificate at the server ([tls] in /etc/classcast/server.conf)");
}

void examine_trust(const device::ServerSettings& server, const ServerCertificate& certificate,
                   Findings& findings) {
  const auto enrol = fmt::format(
      "sudo classcastctl enroll {} CODE   (compare the fingerprint with the server's)", server.url);
  if (!server.pin_sha256.empty() && certificate.pin != server.pin_sha256) {
    return findings.fault(
        "certificate",
        fmt::format(
            "the server shows another key ({}) than the pinned one ({}): it was installed anew, or somebody "
            "stands between",
            certificate.pin, server.pin_sha256),
        enrol);
  }
  if (server.pin_sha256.empty() && server.ca_file.empty() && !certificate.vouched) {
    return findings.fault(
        "certificate", fmt::format("nobody vouches for the server's certificate (key {})", certificate.pin),
        enrol);
  }
  examine_expiry(certificate, findings);
}

void examine_certificate(const device::ServerSettings& server, Findings& findings) {
  auto url = device::parse_url(server.url);
  if (!url || url->scheme != "https") return;
  auto certificate = fetch_certificate(*url);
  if (!certificate) return;  // the answer below says it better
  examine_trust(server, *certificate, findings);
}

void examine_clock(const device::HttpAnswer& answer, Findings& findings) {
  if (!answer.date) return;
  const auto ahead = unix_now() - *answer.date;
  auto text = fmt::format("this computer's clock is {} s {} the server's", std::abs(ahead),
                          ahead < 0 ? "behind" : "ahead of");
  if (std::abs(ahead) <= kClockSlackSeconds) return findings.good("clock", text);
  findings.fault("clock", text, "sudo timedatectl set-ntp true");
}

}  // namespace

void examine_server(const Patient& patient, Findings& findings) {
  const auto& server = patient.settings.server;
  examine_certificate(server, findings);
  auto answer = ask({server.ca_file, server.pin_sha256}, {"GET", server.url + "/healthz", {}, {}, {}});
  if (answer.status == 0) {
    findings.fault(
        "server", fmt::format("{} cannot be used: {}", server.url, answer.error),
        fmt::format("curl -vk {}/healthz   (address, cable, firewall: TCP to the server)", server.url));
  } else if (answer.status != 200) {
    findings.fault("server", fmt::format("{} answers {} to /healthz", server.url, answer.status),
                   "at the server: systemctl status classcast-server");
  } else {
    findings.good("server", server.url + " answers");
  }
  examine_clock(answer, findings);
}

}  // namespace classcast::ctl
