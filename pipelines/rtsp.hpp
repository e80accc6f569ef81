// SPDX-License-Identifier: MIT
// RtspSource: one medium of an RTSP camera (rtspsrc), with faults in words for a technician.
#pragma once

#include "base/secret.hpp"
#include "glib/signal.hpp"
#include "pipelines/gst.hpp"
#include "pipelines/source.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

namespace classcast::pipelines {

enum class CameraTransport { tcp, udp };
/// Whom to believe at an rtsps:// address.
enum class CameraTrust {
  authorities,  ///< a certificate that this computer's authorities vouch for
  pin,          ///< the certificate with this public key, whoever signed it
  anybody,      ///< encrypted, but perhaps to somebody else
};

struct RtspAddress {
  std::string url;  ///< without user name and password
  std::string user;
  Secret password;
  CameraTransport transport = CameraTransport::tcp;
  CameraTrust trust = CameraTrust::authorities;
  std::string pin_sha256;  ///< base64 of SHA-256 over the certificate's SubjectPublicKeyInfo (RFC 7469 §2.4)
  bool operator==(const RtspAddress&) const = default;
};

/// "H.265" for H265, and so on; text of the camera made printable.
std::string codec_word(const std::string& encoding);

class RtspSource : public Source {
 public:
  struct Parts {
    std::string_view media;  ///< "video" or "audio"
    /// The graph from RTP packets of this encoding (RFC 4855's name) to an appsink called "sink";
    /// Errc::invalid says why the encoding cannot be used.
    std::function<Result<std::string>(const std::string& encoding)> chain;
    /// The graph is there; connect its ends. On GStreamer's thread.
    std::function<void(Pipeline&)> built;
    std::function<void(GstMessage*)> message;  ///< any other bus message; may be empty
  };

  RtspSource(RtspAddress address, Parts parts, FaultHandler on_fault);
  ~RtspSource() override { pipeline_.stop(); }

  Result<void> build();
  Result<void> start() override { return pipeline_.play(); }

 private:
  static gboolean on_select_stream(GstElement*, guint, GstCaps* caps, gpointer self);
  static void on_pad_added(GstElement*, GstPad* pad, gpointer self);
  static gboolean on_certificate(GstElement*, GTlsConnection*, GTlsCertificate* certificate, guint,
                                 gpointer self);
  void trust(GstElement* rtsp);
  bool select(GstCaps* caps);
  void take(GstPad* pad, GstCaps* caps);
  Result<void> finish_with(const std::string& chain, GstPad* pad);
  void handle(GstMessage* message);
  [[nodiscard]] bool is_wanted(GstCaps* caps) const;

  const RtspAddress address_;
  const Parts parts_;
  const FaultHandler on_fault_;
  std::atomic<bool> selected_ = false;
  std::atomic<bool> distrusted_ = false;
  Pipeline pipeline_;
  glib::SignalConnection signals_[3];
};

}  // namespace classcast::pipelines
