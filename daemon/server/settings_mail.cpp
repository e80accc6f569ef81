// SPDX-License-Identifier: MIT
#include "server/settings_mail.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"

#include <gio/gio.h>
#include <unistd.h>

namespace classcast::server {

namespace {

constexpr std::string_view kSecurities[] = {"starttls", "tls", "none"};

Result<void> refused(const glib::Config& config, const char* key, std::string_view reason) {
  return tl::make_unexpected(config.refuse("mail", key, reason));
}

/// "mail.school.example:587" or "[::1]:25".
Result<void> read_server(const glib::Config& config, MailSettings& mail) {
  auto text = config.text("mail", "server");
  if (text.empty()) return {};
  glib::GErrorSlot error;
  constexpr std::uint16_t kSubmission = 587;  // RFC 6409 §3.1
  auto address = glib::Ref<GNetworkAddress>::adopt(
      G_NETWORK_ADDRESS(g_network_address_parse(text.c_str(), kSubmission, error.out())));
  bool odd = text.find_first_of("/@ ") != std::string::npos;
  if (!address || odd)
    return refused(config, "server", "not a host and a port such as mail.school.example:587");
  mail.host = g_network_address_get_hostname(address.get());
  mail.port = g_network_address_get_port(address.get());
  return {};
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  auto address = glib::Ref<GInetAddress>::adopt(g_inet_address_new_from_string(host.c_str()));
  return address && g_inet_address_get_is_loopback(address.get()) != 0;
}

Result<void> read_security(const glib::Config& config, MailSettings& mail) {
  auto text = config.choice("mail", "security", kSecurities);
  if (!text) return fail(text);
  mail.security = *text == "tls"    ? MailSecurity::tls
                  : *text == "none" ? MailSecurity::none
                                    : MailSecurity::starttls;
  if (mail.security == MailSecurity::none && mail.enabled() && !is_loopback(mail.host))
    return refused(config, "security", "without TLS only a mail server on this machine is used");
  mail.ca_file = config.text("mail", "ca_file");
  if (!mail.ca_file.empty() && ::access(mail.ca_file.c_str(), R_OK) != 0)
    return refused(config, "ca_file", fmt::format("cannot read {}", printable(mail.ca_file)));
  return {};
}

Result<void> read_account(const glib::Config& config, MailSettings& mail) {
  mail.username = config.text("mail", "username");
  auto password = config.secret_file("mail", "password_file");
  if (!password) return fail(password);
  mail.password = std::move(*password);
  if (mail.username.empty() != mail.password.empty()) {
    return refused(config, mail.username.empty() ? "password_file" : "username",
                   "username and password_file belong together");
  }
  return {};
}

bool is_bare_address(std::string_view text) {
  auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" <>,;\"\r\n") == std::string_view::npos &&
         text.find('@', at + 1) == std::string_view::npos;
}

}  // namespace

Result<void> read_mail(const glib::Config& config, Settings& settings) {
  auto& mail = settings.mail;
  for (auto* read : {read_server, read_security, read_account}) {
    if (auto done = read(config, mail); !done) return done;
  }
  mail.from = config.text("mail", "from");
  if (!mail.enabled()) return {};
  if (!is_bare_address(mail.from)) {
    return refused(config, "from",
                   "not an address such as classcast@school.example; a mail server needs one");
  }
  if (settings.public_url.empty())
    return tl::make_unexpected(config.refuse("http", "public_url", "mails hold links, which begin with it"));
  return {};
}

}  // namespace classcast::server
