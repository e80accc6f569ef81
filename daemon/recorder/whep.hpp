// SPDX-License-Identifier: MIT
// WHEP from the player's side (draft-ietf-wish-whep): open, look, close. Blocks; a capture has a process of
// its own.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "glib/ref.hpp"

#include <libsoup/soup.h>

#include <string>

namespace classcast::recorder {

struct WhepSession {
  std::string url;  ///< of the session, absolute
  std::string answer;
};

class WhepClient {
 public:
  /// `ca_file`: trust anchor, empty for the system's.
  explicit WhepClient(const std::string& ca_file);

  /// Errc::conflict: nobody publishes the room. Errc::denied: the token is not good (any more).
  /// Errc::invalid: the relay cannot serve what we can record.
  Result<WhepSession> open(const std::string& url, const Secret& token, const std::string& offer);
  enum class Life { alive, gone, unknown };
  /// gone: the relay does not know the session any more; unknown: it, or what stands before it, does not
  /// answer.
  Life look(const WhepSession& session);
  void close(const WhepSession& session);

 private:
  struct Reply;
  Reply exchange(const char* method, const std::string& url, const Secret& token, const std::string& sdp);

  glib::Ref<SoupSession> session_;
};

}  // namespace classcast::recorder
