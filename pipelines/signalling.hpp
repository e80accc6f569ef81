// SPDX-License-Identifier: MIT
// Signalling: what a sender's and a receiver's webrtcbin have in common: an offer, the answer to it, and the
// state of the link. Addresses are gathered after the answer, which may name TURN servers (RFC 9725 §4.6);
// the offer holds none, for the peer has a public address and learns ours from our checks (RFC 8445
// §7.3.1.3).
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "pipelines/gst.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace classcast::pipelines {

enum class LinkState { connecting, connected, disconnected, failed };

/// A TURN server and how to sign in there.
struct IceServer {
  std::string uri;  ///< RFC 7065
  std::string username;
  Secret credential;
  bool operator==(const IceServer&) const = default;
};
/// As webrtcbin wants it, with the sign-in inside; empty for what it cannot use: it knows no TLS.
Secret turn_url(const IceServer& server);

/// Called on GStreamer's threads.
struct SignallingEvents {
  std::function<void(std::string sdp)> offer;  ///< once, without addresses
  std::function<void(LinkState)> link;
  std::function<void(std::string text)> fault;
};

class Signalling : public std::enable_shared_from_this<Signalling> {
 public:
  /// Puts a webrtcbin into the pipeline, and waits for its signals.
  static Result<std::shared_ptr<Signalling>> create(Pipeline& pipeline, bool loopback,
                                                    SignallingEvents events);

  [[nodiscard]] GstElement* webrtc() const { return webrtc_.get(); }
  /// events.offer follows. The pipeline plays already.
  void start();
  /// After events.offer; gathers addresses and joins. Errc::invalid when the answer does not fit the offer;
  /// webrtcbin itself would abort the process.
  [[nodiscard]] Result<void> accept(const std::string& answer, const std::vector<IceServer>& servers) const;
  /// What an error on the pipeline's bus says, as a fault of `graph`.
  void handle(GstMessage* message, const char* graph) const;

 private:
  Signalling(Ref<GstElement> webrtc, SignallingEvents events);
  void connect(const char* signal, GCallback handler);
  static void on_gathering(GstElement* webrtc, GParamSpec*, gpointer self);
  static void on_connection(GstElement* webrtc, GParamSpec*, gpointer self);
  static void on_offer_made(GstPromise* promise, gpointer self);

  const Ref<GstElement> webrtc_;
  const SignallingEvents events_;
  // Written before events.offer, read after it.
  std::string offer_;
};

}  // namespace classcast::pipelines
