// SPDX-License-Identifier: MIT
#include "server/http_client.hpp"

#include "base/strings.hpp"
#include "glib/source.hpp"

#include <algorithm>

namespace classcast::server {

namespace {

constexpr gsize kChunkBytes = 16 * 1024;
constexpr int kMaxConnections = 256;
constexpr int kIdleSeconds = 5;

void collect(const char* name, const char* value, gpointer list) {
  static_cast<ClientAnswer*>(list)->headers.emplace_back(name, value);
}

bool is_event_stream(const ClientAnswer& answer) {
  return std::any_of(answer.headers.begin(), answer.headers.end(), [](const auto& header) {
    return iequals(header.first, "Content-Type") && lower(header.second).starts_with("text/event-stream");
  });
}

}  // namespace

class Fetch : public std::enable_shared_from_this<Fetch> {
 public:
  Fetch(ClientRequest request, HttpClient::Done done)
      : request_(std::move(request)), done_(std::move(done)) {}
  ~Fetch() { g_cancellable_cancel(cancel_.get()); }

  void start(SoupSession* session) {
    message_ = glib::Ref<SoupMessage>::adopt(soup_message_new(request_.method.c_str(), request_.url.c_str()));
    if (!message_) {
      later_ = glib::Timer::once(0s, [this] { finish(fail(Errc::invalid, "not a URL to ask")); });
      return;
    }
    // The relay's redirects (307 to another relay) are for the one who asked.
    soup_message_add_flags(message_.get(), SOUP_MESSAGE_NO_REDIRECT);
    auto* headers = soup_message_get_request_headers(message_.get());
    for (const auto& [name, value] : request_.headers)
      soup_message_headers_append(headers, name.c_str(), value.c_str());
    if (!request_.body.empty()) {
      auto body = glib::Ref<GBytes>::adopt(g_bytes_new(request_.body.data(), request_.body.size()));
      soup_message_set_request_body_from_bytes(message_.get(), nullptr, body.get());
    }
    later_ =
        glib::Timer::once(request_.timeout, [this] { finish(fail(Errc::timeout, "no answer in time")); });
    soup_session_send_async(session, message_.get(), G_PRIORITY_DEFAULT, cancel_.get(), sent, weak());
  }

 private:
  using Weak = std::weak_ptr<Fetch>;
  Weak* weak() { return new Weak(weak_from_this()); }
  static std::shared_ptr<Fetch> lock(gpointer data) {
    std::unique_ptr<Weak> weak(static_cast<Weak*>(data));
    return weak->lock();
  }

  static void sent(GObject* session, GAsyncResult* result, gpointer data) {
    glib::GErrorSlot error;
    auto stream =
        glib::Ref<GInputStream>::adopt(soup_session_send_finish(SOUP_SESSION(session), result, error.out()));
    auto self = lock(data);
    if (!self || !self->done_) return;
    if (!stream) return self->finish(fail(Errc::unavailable, "{}", error.text()));
    self->stream_ = std::move(stream);
    self->answer_.status = static_cast<int>(soup_message_get_status(self->message_.get()));
    soup_message_headers_foreach(soup_message_get_response_headers(self->message_.get()), collect,
                                 &self->answer_);
    self->endless_ = self->request_.on_events && is_event_stream(self->answer_);
    if (self->endless_) self->later_.cancel();
    if (self->endless_ && !self->request_.on_events(self->answer_, {})) return self->give_up();
    self->read_on();
  }

  void read_on() {
    g_input_stream_read_bytes_async(stream_.get(), kChunkBytes, G_PRIORITY_DEFAULT, cancel_.get(), got,
                                    weak());
  }

  static void got(GObject* stream, GAsyncResult* result, gpointer data) {
    glib::GErrorSlot error;
    auto bytes = glib::Ref<GBytes>::adopt(
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(stream), result, error.out()));
    auto self = lock(data);
    if (!self || !self->done_) return;
    if (!bytes) return self->finish(fail(Errc::unavailable, "{}", error.text()));
    gsize size = 0;
    const auto* chunk = static_cast<const char*>(g_bytes_get_data(bytes.get(), &size));
    if (size == 0) return self->finish(std::move(self->answer_));
    if (self->endless_) {
      return self->request_.on_events(self->answer_, {chunk, size}) ? self->read_on() : self->give_up();
    }
    self->answer_.body.append(chunk, size);
    if (self->answer_.body.size() > self->request_.max_answer_bytes) {
      return self->finish(
          fail(Errc::exhausted, "the answer is larger than {} bytes", self->request_.max_answer_bytes));
    }
    self->read_on();
  }

  void give_up() { finish(fail(Errc::unavailable, "nobody listens any more")); }

  void finish(Result<ClientAnswer> result) {
    auto keep = shared_from_this();
    auto done = std::exchange(done_, nullptr);
    later_.cancel();
    g_cancellable_cancel(cancel_.get());
    if (done) done(std::move(result));
  }

  ClientRequest request_;
  HttpClient::Done done_;
  ClientAnswer answer_;
  bool endless_ = false;
  glib::Ref<SoupMessage> message_;
  glib::Ref<GInputStream> stream_;
  glib::Ref<GCancellable> cancel_ = glib::Ref<GCancellable>::adopt(g_cancellable_new());
  glib::Timer later_;
};

HttpClient::HttpClient()
    : session_(glib::Ref<SoupSession>::adopt(
          soup_session_new_with_options("max-conns", kMaxConnections, "max-conns-per-host", kMaxConnections,
                                        "idle-timeout", kIdleSeconds, nullptr))) {
  // The relay is on this machine or the next; a proxy of the environment has no business in between.
  soup_session_set_proxy_resolver(session_.get(), nullptr);
}

std::shared_ptr<Fetch> HttpClient::fetch(ClientRequest request, Done done) {
  auto fetch = std::make_shared<Fetch>(std::move(request), std::move(done));
  fetch->start(session_.get());
  return fetch;
}

}  // namespace classcast::server
