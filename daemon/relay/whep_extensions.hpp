// SPDX-License-Identifier: MIT
// WhepExtensions: the resources below a WHEP session's URL: `layer` (which one the viewer gets) and `sse`
// (events); draft-ietf-wish-whep-03 §4.5.
#pragma once

#include "relay/gateway.hpp"
#include "relay/http_message.hpp"
#include "relay/whep_events.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace classcast::relay {

/// What stands behind a session's URL.
struct Extension {
  enum class Kind { layer, events } kind = Kind::layer;
  std::string stream;  ///< of an event stream, empty for the place that makes them
};
/// Of the path's parts behind the session; nullopt when there is no such resource.
std::optional<Extension> parse_extension(std::span<const std::string_view> parts);

/// The wish in a query ("layer=low"): automatic without one, nullopt for a layer that does not exist.
std::optional<LayerWish> wish_of_query(std::string_view query);

class WhepExtensions {
 public:
  explicit WhepExtensions(Gateway& gateway) : gateway_(gateway), events_(gateway) {}

  /// The session's URL and the right to use it have been checked.
  void handle(const SessionName& session, const Extension& extension, const HttpRequest& request,
              Respond respond);
  /// Tells a new viewer where they are.
  static void add_links(HttpReply& reply, const std::string& session_url);

 private:
  void choose_layer(const SessionName& session, const HttpRequest& request, Respond respond);
  void make_stream(const SessionName& session, const HttpRequest& request, Respond respond);
  void fetch_stream(const SessionName& session, const std::string& stream, const Respond& respond);

  Gateway& gateway_;
  WhepEvents events_;
};

}  // namespace classcast::relay
