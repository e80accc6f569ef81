// SPDX-License-Identifier: MIT
#include "recorder/whep.hpp"

#include "base/strings.hpp"

#include <optional>

namespace classcast::recorder {

namespace {

constexpr guint kTimeoutSeconds = 4;
constexpr std::size_t kMaxAnswer = 64 * 1024;

}  // namespace

struct WhepClient::Reply {
  unsigned status = 0;  ///< 0: no answer
  std::string location;
  std::string body;
  std::string error;
};

WhepClient::WhepClient(const std::string& ca_file)
    : session_(glib::Ref<SoupSession>::adopt(soup_session_new_with_options(
          "timeout", kTimeoutSeconds, "user-agent", "classcast-recorder", nullptr))) {
  if (ca_file.empty()) return;
  auto anchors = glib::Ref<GTlsDatabase>::adopt(g_tls_file_database_new(ca_file.c_str(), nullptr));
  soup_session_set_tls_database(session_.get(), anchors.get());
}

WhepClient::Reply WhepClient::exchange(const char* method, const std::string& url, const Secret& token,
                                       const std::string& sdp) {
  Reply reply;
  auto message = glib::Ref<SoupMessage>::adopt(soup_message_new(method, url.c_str()));
  if (!message) {
    reply.error = "the relay's address is not a URL";
    return reply;
  }
  if (!token.empty()) {
    soup_message_headers_replace(soup_message_get_request_headers(message.get()), "Authorization",
                                 ("Bearer " + token.reveal()).c_str());
  }
  if (!sdp.empty()) {
    auto body = glib::Ref<GBytes>::adopt(g_bytes_new(sdp.data(), sdp.size()));
    soup_message_set_request_body_from_bytes(message.get(), "application/sdp", body.get());
  }
  glib::GErrorSlot error;
  auto body = glib::Ref<GBytes>::adopt(
      soup_session_send_and_read(session_.get(), message.get(), nullptr, error.out()));
  if (!body) {
    reply.error = printable(error.text());
    return reply;
  }
  reply.status = soup_message_get_status(message.get());
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(body.get(), &size));
  if (size <= kMaxAnswer) reply.body.assign(data, size);
  const auto* location =
      soup_message_headers_get_one(soup_message_get_response_headers(message.get()), "Location");
  if (location == nullptr) return reply;
  const glib::UniqueText base(g_uri_to_string(soup_message_get_uri(message.get())));
  const glib::UniqueText whole(g_uri_resolve_relative(base.get(), location, G_URI_FLAGS_NONE, nullptr));
  if (whole != nullptr) reply.location = whole.get();
  return reply;
}

Result<WhepSession> WhepClient::open(const std::string& url, const Secret& token, const std::string& offer) {
  constexpr unsigned kCreated = 201;
  constexpr unsigned kUnprocessable = 422;
  auto reply = exchange("POST", url, token, offer);
  switch (reply.status) {
    case kCreated:
      if (reply.location.empty()) return fail(Errc::unavailable, "the relay's answer names no session");
      return WhepSession{reply.location, reply.body};
    case 0:
      return fail(Errc::unavailable, "the relay cannot be reached: {}", reply.error);
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return fail(Errc::denied, "the relay refuses this recorder's token");
    case SOUP_STATUS_CONFLICT:
      return fail(Errc::conflict, "nobody sends this room");
    case kUnprocessable:
      return fail(Errc::invalid, "the room is not sent as H.264; it cannot be recorded without re-encoding");
    default:
      return fail(Errc::unavailable, "the relay answers {}", reply.status);
  }
}

WhepClient::Life WhepClient::look(const WhepSession& session) {
  constexpr unsigned kSuccess = 2;
  constexpr unsigned kRefusal = 4;
  const auto family = exchange("GET", session.url, Secret(), {}).status / 100;
  if (family == kSuccess) return Life::alive;
  return family == kRefusal ? Life::gone : Life::unknown;
}

void WhepClient::close(const WhepSession& session) {
  exchange("DELETE", session.url, Secret(), {});
}

}  // namespace classcast::recorder
