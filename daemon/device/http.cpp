// SPDX-License-Identifier: MIT
#include "device/http.hpp"

#include "base/strings.hpp"
#include "glib/public_key_pin.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace classcast::device {

namespace {

constexpr guint kTimeoutSeconds = 10;
constexpr std::size_t kMaxBody = 64 * 1024;
constexpr const char* kPinKey = "classcast-pin";

/// What a request needs until its answer is complete.
struct Exchange {
  Ref<SoupMessage> message;
  std::function<void(HttpAnswer)> answer;
  HttpAnswer received;
  std::vector<char> buffer = std::vector<char>(kMaxBody + 1);
};

void fail_with(std::unique_ptr<Exchange> exchange, std::string why) {
  exchange->received.status = 0;
  exchange->received.error = std::move(why);
  exchange->answer(std::move(exchange->received));
}

void read_headers(Exchange& exchange) {
  auto* message = exchange.message.get();
  auto* headers = soup_message_get_response_headers(message);
  exchange.received.status = soup_message_get_status(message);
  if (const auto* location = soup_message_headers_get_one(headers, "Location")) {
    const glib::UniqueText base(g_uri_to_string(soup_message_get_uri(message)));
    const glib::UniqueText whole(g_uri_resolve_relative(base.get(), location, G_URI_FLAGS_NONE, nullptr));
    if (whole != nullptr) exchange.received.location = whole.get();
  }
  if (const auto* link = soup_message_headers_get_list(headers, "Link")) exchange.received.link = link;
  if (const auto* date = soup_message_headers_get_one(headers, "Date")) {
    const glib::Unique<GDateTime, g_date_time_unref> parsed(soup_date_time_new_from_http_string(date));
    if (parsed) exchange.received.date = g_date_time_to_unix(parsed.get());
  }
  const auto* wait = soup_message_headers_get_one(headers, "Retry-After");
  auto seconds = wait != nullptr ? parse_int(wait) : std::nullopt;
  if (seconds && *seconds >= 0 && *seconds <= 60)
    exchange.received.retry_after = std::chrono::seconds(*seconds);
}

void on_body(GObject* stream, GAsyncResult* result, gpointer data) {
  std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(data));
  glib::GErrorSlot error;
  gsize size = 0;
  const bool complete =
      g_input_stream_read_all_finish(G_INPUT_STREAM(stream), result, &size, error.out()) != 0;
  if (!complete) return fail_with(std::move(exchange), printable(error.text()));
  if (size > kMaxBody) return fail_with(std::move(exchange), "the answer is too large");
  exchange->received.body.assign(exchange->buffer.data(), size);
  exchange->answer(std::move(exchange->received));
}

void on_sent(GObject* session, GAsyncResult* result, gpointer data) {
  std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(data));
  GError* error = nullptr;
  auto stream = Ref<GInputStream>::adopt(soup_session_send_finish(SOUP_SESSION(session), result, &error));
  const glib::Unique<GError, g_error_free> owned(error);
  if (!stream) return fail_with(std::move(exchange), connection_error(owned.get()));
  read_headers(*exchange);
  auto& buffer = exchange.release()->buffer;
  g_input_stream_read_all_async(stream.get(), buffer.data(), buffer.size(), G_PRIORITY_DEFAULT, nullptr,
                                on_body, data);
}

gboolean is_pinned(SoupMessage*, GTlsCertificate* certificate, GTlsCertificateFlags, gpointer session) {
  const auto* pin = static_cast<const char*>(g_object_get_data(G_OBJECT(session), kPinKey));
  return glib::public_key_pin(certificate) == pin ? TRUE : FALSE;
}

void on_queued(SoupSession* session, SoupMessage* message, gpointer) {
  g_signal_connect_object(message, "accept-certificate", G_CALLBACK(is_pinned), session, GConnectFlags(0));
}

/// Without a database GIO trusts no certificate, and so asks about each.
void trust_only(SoupSession* session, const std::string& pin) {
  soup_session_set_tls_database(session, nullptr);
  g_object_set_data_full(G_OBJECT(session), kPinKey, g_strdup(pin.c_str()), g_free);
  g_signal_connect(session, "request-queued", G_CALLBACK(on_queued), nullptr);
}

}  // namespace

Ref<SoupSession> make_session(const ServerTrust& trust) {
  auto session = Ref<SoupSession>::adopt(
      soup_session_new_with_options("user-agent", "classcastd/" CLASSCAST_VERSION, "timeout", kTimeoutSeconds,
                                    "idle-timeout", kTimeoutSeconds, nullptr));
  auto anchors = Ref<GTlsDatabase>::adopt(
      trust.ca_file.empty() ? nullptr : g_tls_file_database_new(trust.ca_file.c_str(), nullptr));
  if (anchors) soup_session_set_tls_database(session.get(), anchors.get());
  if (!trust.pin_sha256.empty()) trust_only(session.get(), trust.pin_sha256);
  soup_session_set_proxy_resolver(session.get(), nullptr);
  return session;
}

void send(SoupSession* session, const HttpRequest& request, std::function<void(HttpAnswer)> answer) {
  auto exchange = std::make_unique<Exchange>();
  exchange->answer = std::move(answer);
  exchange->message = Ref<SoupMessage>::adopt(soup_message_new(request.method.c_str(), request.url.c_str()));
  if (!exchange->message)
    return fail_with(std::move(exchange), "the server gave an address that is not a URL");
  auto* message = exchange->message.get();
  if (!request.token.empty()) {
    soup_message_headers_replace(soup_message_get_request_headers(message), "Authorization",
                                 ("Bearer " + request.token.reveal()).c_str());
  }
  if (!request.body.empty()) {
    auto body = Ref<GBytes>::adopt(g_bytes_new(request.body.data(), request.body.size()));
    soup_message_set_request_body_from_bytes(message, request.content_type.c_str(), body.get());
  }
  soup_session_send_async(session, message, G_PRIORITY_DEFAULT, nullptr, on_sent, exchange.release());
}

std::string connection_error(const GError* error) {
  if (error == nullptr) return "no answer";
  if (error->domain == G_TLS_ERROR && error->code == G_TLS_ERROR_BAD_CERTIFICATE) {
    return "the server's certificate is not trusted; pin it with classcastctl enroll, or give it as [server] "
           "ca_file";
  }
  return printable(error->message);
}

}  // namespace classcast::device
