// SPDX-License-Identifier: MIT
// Signalling: what a sender's and a receiver's webrtcbin have in common: an offer with all its candidates,
// the answer to it, and the state of the link.
#pragma once

#include "base/result.hpp"
#include "pipelines/gst.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace classcast::pipelines {

enum class LinkState { connecting, connected, disconnected, failed };

/// Called on GStreamer's threads.
struct SignallingEvents {
  std::function<void(std::string sdp)> offer;  ///< once, with all candidates
  std::function<void(LinkState)> link;
  std::function<void(std::string text)> fault;
};

class Signalling : public std::enable_shared_from_this<Signalling> {
 public:
  /// Puts a webrtcbin into the pipeline, and waits for its signals.
  static Result<std::shared_ptr<Signalling>> create(Pipeline& pipeline, bool loopback,
                                                    SignallingEvents events);

  [[nodiscard]] GstElement* webrtc() const { return webrtc_.get(); }
  /// Begins to gather candidates; events.offer follows. The pipeline plays already.
  void start();
  /// Offers with the candidates found so far. Does nothing after the offer.
  void offer();
  /// Errc::invalid when the answer does not fit the offer; webrtcbin itself would abort the process.
  [[nodiscard]] Result<void> accept(const std::string& answer) const;
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
  std::atomic<bool> offered_ = false;
};

}  // namespace classcast::pipelines
