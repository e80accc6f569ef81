// SPDX-License-Identifier: MIT
#include "pipelines/rtsp.hpp"

#include "base/strings.hpp"
#include "glib/public_key_pin.hpp"

#include <fmt/format.h>

#include <utility>

namespace classcast::pipelines {

namespace {

// rtspsrc: how long its jitter buffer waits for a late packet, and how long it waits for an answer.
constexpr guint kLatencyMs = 150;
constexpr guint64 kTcpTimeoutUs = 5'000'000;
// rtspsrc: without a packet over UDP for this long it gives up (or falls back).
constexpr guint64 kUdpTimeoutUs = 5'000'000;

// GstRTSPLowerTrans of <gst/rtsp/gstrtsptransport.h>, whose library is not needed otherwise.
constexpr guint kLowerTransUdp = 1U << 0;
constexpr guint kLowerTransTcp = 1U << 2;

std::string encoding_name(GstCaps* caps) {
  const auto* name = gst_structure_get_string(gst_caps_get_structure(caps, 0), "encoding-name");
  return name != nullptr ? name : "an unknown format";
}

std::string path_of(std::string_view url) {
  auto scheme = url.find("://");
  auto slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : printable(url.substr(slash));
}

/// RFC 2326 §7.1.1 and RFC 7826 §17.
Fault status_fault(guint status, const RtspAddress& address) {
  if (status == 401 && address.user.empty()) {
    return {FaultKind::refused,
            "camera asks for a user name and password ([camera] username, password_file)"};
  }
  if (status == 401 || status == 403) {
    return {FaultKind::refused, fmt::format("camera refused the user name or password ({})", status)};
  }
  if (status == 404)
    return {FaultKind::refused, fmt::format("camera has no stream at {} (404)", path_of(address.url))};
  if (status == 461) return {FaultKind::transport, "camera cannot send over this transport (461)"};
  return {FaultKind::refused, fmt::format("camera answered with RTSP error {}", status)};
}

Fault error_fault(GstMessage* message, const RtspAddress& address) {
  glib::GErrorSlot error;
  gst_message_parse_error(message, error.out(), nullptr);
  const GstStructure* details = nullptr;
  gst_message_parse_error_details(message, &details);
  guint status = 0;
  if (details != nullptr && gst_structure_get_uint(details, "rtsp-status-code", &status) != 0 &&
      status >= 300) {
    return status_fault(status, address);
  }
  return {FaultKind::unreachable, fmt::format("camera stream failed: {}", printable(error.text()))};
}

}  // namespace

std::string codec_word(const std::string& encoding) {
  if (encoding == "H264") return "H.264";
  if (encoding == "H265") return "H.265";
  if (encoding == "JPEG") return "MJPEG";
  return printable(encoding);
}

RtspSource::RtspSource(RtspAddress address, Parts parts, FaultHandler on_fault)
    : address_(std::move(address)),
      parts_(std::move(parts)),
      on_fault_(std::move(on_fault)),
      pipeline_([this](GstMessage* message) { handle(message); }) {}

Result<void> RtspSource::build() {
  auto source = pipeline_.add("rtspsrc");
  if (!source) return fail(source);
  auto* rtsp = source->get();
  g_object_set(rtsp, "location", address_.url.c_str(), "latency", kLatencyMs, "tcp-timeout", kTcpTimeoutUs,
               "timeout", kUdpTimeoutUs, "protocols",
               address_.transport == CameraTransport::tcp ? kLowerTransTcp : kLowerTransUdp, nullptr);
  if (!address_.user.empty()) {
    g_object_set(rtsp, "user-id", address_.user.c_str(), "user-pw", address_.password.reveal().c_str(),
                 nullptr);
  }
  trust(rtsp);
  signals_[0] = {rtsp, "select-stream", G_CALLBACK(on_select_stream), this};
  signals_[1] = {rtsp, "pad-added", G_CALLBACK(on_pad_added), this};
  return {};
}

/// The signal is asked only about certificates that the checks refuse, so with a pin no authority is
/// believed.
void RtspSource::trust(GstElement* rtsp) {
  if (address_.trust == CameraTrust::anybody) {
    g_object_set(rtsp, "tls-validation-flags", G_TLS_CERTIFICATE_NO_FLAGS, nullptr);
    return;
  }
  if (address_.trust == CameraTrust::pin) {
    auto nobody = Ref<GTlsDatabase>::adopt(g_tls_file_database_new("/dev/null", nullptr));
    if (nobody) g_object_set(rtsp, "tls-database", nobody.get(), nullptr);
  }
  signals_[2] = {rtsp, "accept-certificate", G_CALLBACK(on_certificate), this};
}

gboolean RtspSource::on_certificate(GstElement*, GTlsConnection*, GTlsCertificate* certificate, guint,
                                    gpointer data) {
  auto* self = static_cast<RtspSource*>(data);
  const auto pin = glib::public_key_pin(certificate);
  const bool pinned = self->address_.trust == CameraTrust::pin;
  if (pinned && pin == self->address_.pin_sha256) return TRUE;
  if (self->distrusted_.exchange(true)) return FALSE;
  self->on_fault_({FaultKind::refused,
                   pinned ? fmt::format("camera shows another certificate than the one of [camera] "
                                        "pin_sha256; the one it shows has {}",
                                        pin)
                          : fmt::format("camera's certificate is not trusted; if it is the camera's own, set "
                                        "[camera] tls = pin and pin_sha256 = {}",
                                        pin)});
  return FALSE;
}

bool RtspSource::is_wanted(GstCaps* caps) const {
  const auto* media = gst_structure_get_string(gst_caps_get_structure(caps, 0), "media");
  return media != nullptr && parts_.media == media;
}

bool RtspSource::select(GstCaps* caps) {
  if (!is_wanted(caps)) return false;
  if (auto chain = parts_.chain(encoding_name(caps)); !chain) {
    on_fault_({FaultKind::refused, chain.error().message});
    return false;
  }
  return !selected_.exchange(true);
}

gboolean RtspSource::on_select_stream(GstElement*, guint, GstCaps* caps, gpointer self) {
  return static_cast<RtspSource*>(self)->select(caps) ? TRUE : FALSE;
}

void RtspSource::on_pad_added(GstElement*, GstPad* pad, gpointer data) {
  auto* self = static_cast<RtspSource*>(data);
  auto caps = Ref<GstCaps>::adopt(gst_pad_get_current_caps(pad));
  if (!caps) caps = Ref<GstCaps>::adopt(gst_pad_query_caps(pad, nullptr));
  if (caps && self->is_wanted(caps.get())) self->take(pad, caps.get());
}

void RtspSource::take(GstPad* pad, GstCaps* caps) {
  auto chain = parts_.chain(encoding_name(caps));
  if (!chain) return on_fault_({FaultKind::refused, chain.error().message});
  if (auto done = finish_with(*chain, pad); !done) on_fault_({FaultKind::internal, done.error().message});
}

Result<void> RtspSource::finish_with(const std::string& chain, GstPad* pad) {
  auto bin = pipeline_.add_chain(chain.c_str());
  if (!bin) return fail(bin);
  parts_.built(pipeline_);
  gst_element_sync_state_with_parent(bin->get());
  auto entry = Ref<GstPad>::adopt(gst_element_get_static_pad(bin->get(), "sink"));
  if (GST_PAD_LINK_SUCCESSFUL(gst_pad_link(pad, entry.get()))) return {};
  return fail(Errc::internal, "the camera's stream does not fit its decoder");
}

void RtspSource::handle(GstMessage* message) {
  const auto type = GST_MESSAGE_TYPE(message);
  // A live camera has no end: EOS is how rtspsrc reports a closed connection.
  if (type == GST_MESSAGE_EOS) on_fault_({FaultKind::lost, "camera closed the connection"});
  if (type == GST_MESSAGE_ERROR) on_fault_(error_fault(message, address_));
  if (parts_.message) parts_.message(message);
}

}  // namespace classcast::pipelines
