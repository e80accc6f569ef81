// SPDX-License-Identifier: MIT
#include "server/smtp.hpp"

#include "base/strings.hpp"
#include "glib/ref.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace classcast::server {

namespace {

/// What libcurl reads and asks while it sends.
struct Sending {
  std::string_view left;
  const std::atomic<bool>& stop;
};

std::size_t give_text(char* out, std::size_t size, std::size_t count, void* data) {
  auto& left = static_cast<Sending*>(data)->left;
  auto part = left.substr(0, size * count);
  std::copy(part.begin(), part.end(), out);
  left.remove_prefix(part.size());
  return part.size();
}

int asked_to_stop(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Sending*>(data)->stop ? 1 : 0;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

long milliseconds(Duration time) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

void set_server(CURL* curl, const MailSettings& settings) {
  auto host = settings.host.find(':') == std::string::npos ? settings.host : "[" + settings.host + "]";
  const char* scheme = settings.security == MailSecurity::tls ? "smtps" : "smtp";
  curl_easy_setopt(curl, CURLOPT_URL, fmt::format("{}://{}:{}", scheme, host, settings.port).c_str());
  if (settings.security == MailSecurity::starttls)
    curl_easy_setopt(curl, CURLOPT_USE_SSL, long{CURLUSESSL_ALL});
  if (!settings.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
  // No proxy of the environment, no redirection to another protocol.
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  if (settings.username.empty()) return;
  curl_easy_setopt(curl, CURLOPT_USERNAME, settings.username.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, settings.password.reveal().c_str());
}

void set_bounds(CURL* curl, Sending& sending) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(kSmtpConnectTime));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(kSmtpTime));
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asked_to_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &sending);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_text);
  curl_easy_setopt(curl, CURLOPT_READDATA, &sending);
}

/// RFC 5321 §4.2.1: 4yz is a refusal for now, 5yz one for good.
Errc kind_of(CURLcode code, long answer) {
  constexpr long kForNow = 400;
  constexpr long kForGood = 500;
  if (code == CURLE_LOGIN_DENIED || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_USE_SSL_FAILED ||
      code == CURLE_SSL_CACERT_BADFILE)
    return Errc::denied;
  if (answer >= kForGood) return Errc::invalid;
  bool passes = answer >= kForNow || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
                code == CURLE_OPERATION_TIMEDOUT || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
                code == CURLE_SEND_ERROR || code == CURLE_SSL_CONNECT_ERROR ||
                code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_ABORTED_BY_CALLBACK;
  return passes ? Errc::unavailable : Errc::invalid;
}

}  // namespace

void prepare_smtp() {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

Result<void> send_by_smtp(const MailSettings& settings, const std::string& to, const std::string& text,
                          const std::atomic<bool>& stop) {
  glib::Unique<CURL, curl_easy_cleanup> curl(curl_easy_init());
  auto recipient = "<" + to + ">";
  glib::Unique<curl_slist, curl_slist_free_all> recipients(curl_slist_append(nullptr, recipient.c_str()));
  if (!curl || !recipients) return fail(Errc::unavailable, "cannot prepare a mail");
  Sending sending{text, stop};
  std::array<char, CURL_ERROR_SIZE> said{};
  auto from = "<" + settings.from + ">";
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, said.data());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  set_server(curl.get(), settings);
  set_bounds(curl.get(), sending);
  auto code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return {};
  long answer = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer);
  std::string_view why = said[0] != '\0' ? said.data() : curl_easy_strerror(code);
  return fail(kind_of(code, answer), "mail server {}:{}: {}", settings.host, settings.port, printable(why));
}

}  // namespace classcast::server
