// SPDX-License-Identifier: MIT
#include "server/file_proxy.hpp"

#include "base/strings.hpp"
#include "glib/log.hpp"
#include "glib/source.hpp"

#include <algorithm>
#include <array>

namespace classcast::server {

using protocol::ErrorId;

namespace {

constexpr gsize kFileChunk = 128 * 1024;
constexpr Duration kHeadTime = 15s;
/// A player that is paused reads nothing; it asks again when it goes on.
constexpr Duration kStallTime = 5min;
constexpr int kMaxFileConnections = 1024;
constexpr std::array<const char*, 3> kToRecorder = {"Range", "If-Range", "If-None-Match"};
constexpr std::array<const char*, 6> kFromRecorder = {
    "Content-Range", "Accept-Ranges", "ETag", "Last-Modified", "Cache-Control", "Content-Disposition"};

}  // namespace

class FileStream : public std::enable_shared_from_this<FileStream> {
 public:
  FileStream(std::shared_ptr<Exchange> exchange, FileRequest request, std::function<void()> over)
      : exchange_(std::move(exchange)), request_(std::move(request)), over_(std::move(over)) {}

  void start(SoupSession* session) {
    message_ = glib::Ref<SoupMessage>::adopt(
        soup_message_new(std::string(exchange_->method()).c_str(), request_.url.c_str()));
    if (!message_) return give_up("the recorder's address is no URL");
    auto* headers = soup_message_get_request_headers(message_.get());
    soup_message_headers_replace(headers, "Authorization", ("Bearer " + request_.token).c_str());
    for (const auto* name : kToRecorder) {
      auto value = exchange_->header(name);
      if (!value.empty()) soup_message_headers_replace(headers, name, std::string(value).c_str());
    }
    exchange_->on_gone = [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->finish();
    };
    wait(kHeadTime);
    soup_session_send_async(session, message_.get(), G_PRIORITY_DEFAULT, cancel_.get(), sent, weak());
  }

  void finish() {
    auto over = std::exchange(over_, nullptr);
    if (!over) return;
    auto keep = shared_from_this();
    stall_.cancel();
    g_cancellable_cancel(cancel_.get());
    exchange_->on_drained = nullptr;
    exchange_->on_gone = nullptr;
    over();
  }

 private:
  using Weak = std::weak_ptr<FileStream>;
  Weak* weak() { return new Weak(weak_from_this()); }
  static std::shared_ptr<FileStream> lock(gpointer data) {
    std::unique_ptr<Weak> weak(static_cast<Weak*>(data));
    auto self = weak->lock();
    return self && self->over_ ? self : nullptr;
  }

  void wait(Duration time) {
    stall_ = glib::Timer::once(time, [this] { give_up("no answer in time"); });
  }

  static void sent(GObject* session, GAsyncResult* result, gpointer data) {
    glib::GErrorSlot error;
    auto stream =
        glib::Ref<GInputStream>::adopt(soup_session_send_finish(SOUP_SESSION(session), result, error.out()));
    auto self = lock(data);
    if (!self) return;
    if (!stream) return self->give_up(error.text());
    self->stream_ = std::move(stream);
    self->begin();
  }

  void begin() {
    auto status = soup_message_get_status(message_.get());
    if (status == SOUP_STATUS_NOT_FOUND) {
      exchange_->problem(ErrorId::not_found, "The file is not there.");
      return finish();
    }
    bool known = status == SOUP_STATUS_OK || status == SOUP_STATUS_PARTIAL_CONTENT ||
                 status == SOUP_STATUS_NOT_MODIFIED || status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE;
    if (!known) return give_up(fmt::format("it answers {}", static_cast<int>(status)));
    auto* from = soup_message_get_response_headers(message_.get());
    std::optional<std::int64_t> length;
    if (soup_message_headers_get_encoding(from) == SOUP_ENCODING_CONTENT_LENGTH)
      length = soup_message_headers_get_content_length(from);
    exchange_->on_drained = [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->read();
    };
    if (!exchange_->begin(response(static_cast<int>(status), from), length)) return finish();
    begun_ = true;
    read();
  }

  Response response(int status, SoupMessageHeaders* from) {
    Response response;
    response.status = status;
    response.headers = request_.headers;
    if (const auto* type = soup_message_headers_get_one(from, "Content-Type")) response.content_type = type;
    for (const auto* name : kFromRecorder) {
      const auto* value = soup_message_headers_get_one(from, name);
      bool ours = std::any_of(request_.headers.begin(), request_.headers.end(),
                              [name](const auto& header) { return iequals(header.first, name); });
      if (value != nullptr && !ours) response.headers.emplace_back(name, value);
    }
    return response;
  }

  void read() {
    if (reading_) return;
    reading_ = true;
    wait(kStallTime);
    g_input_stream_read_bytes_async(stream_.get(), kFileChunk, G_PRIORITY_DEFAULT, cancel_.get(), got,
                                    weak());
  }

  static void got(GObject* stream, GAsyncResult* result, gpointer data) {
    glib::GErrorSlot error;
    auto bytes = glib::Ref<GBytes>::adopt(
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(stream), result, error.out()));
    auto self = lock(data);
    if (!self) return;
    self->reading_ = false;
    if (!bytes) return self->give_up(error.text());
    gsize size = 0;
    const auto* chunk = static_cast<const char*>(g_bytes_get_data(bytes.get(), &size));
    if (size == 0) {
      self->exchange_->end();
      return self->finish();
    }
    // on_drained asks for the next piece.
    if (!self->exchange_->more({chunk, size})) self->finish();
  }

  void give_up(const std::string& why) {
    auto keep = shared_from_this();
    if (!begun_) {
      glib::log::warning("recorder", "cannot fetch a file: {}", why);
      exchange_->problem(ErrorId::bad_gateway, "The recorder does not answer.", {{"Retry-After", "2"}});
    } else {
      // Shorter than announced, so the browser asks again for what is missing.
      exchange_->end();
    }
    finish();
  }

  std::shared_ptr<Exchange> exchange_;
  FileRequest request_;
  std::function<void()> over_;
  glib::Ref<SoupMessage> message_;
  glib::Ref<GInputStream> stream_;
  glib::Ref<GCancellable> cancel_ = glib::Ref<GCancellable>::adopt(g_cancellable_new());
  glib::Timer stall_;
  bool begun_ = false;
  bool reading_ = false;
};

FileProxy::FileProxy()
    : session_(glib::Ref<SoupSession>::adopt(
          soup_session_new_with_options("max-conns", kMaxFileConnections, "max-conns-per-host",
                                        kMaxFileConnections, "idle-timeout", 5, nullptr))) {
  soup_session_set_proxy_resolver(session_.get(), nullptr);
}

FileProxy::~FileProxy() {
  while (!streams_.empty()) (*streams_.begin())->finish();
}

void FileProxy::pass(const std::shared_ptr<Exchange>& exchange, FileRequest request) {
  if (streams_.size() >= kMaxStreams)
    return exchange->problem(ErrorId::unavailable, "Too many files are being sent at once.");
  auto place = std::make_shared<std::weak_ptr<FileStream>>();
  auto stream = std::make_shared<FileStream>(exchange, std::move(request), [this, place] {
    if (auto done = place->lock()) streams_.erase(done);
  });
  *place = stream;
  streams_.insert(stream);
  stream->start(session_.get());
}

}  // namespace classcast::server
