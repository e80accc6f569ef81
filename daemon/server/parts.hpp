// SPDX-License-Identifier: MIT
// Parts: what the API resources share.
#pragma once

#include "protocol/token.hpp"
#include "server/agent.hpp"
#include "server/api_tokens.hpp"
#include "server/audit.hpp"
#include "server/chat.hpp"
#include "server/hub.hpp"
#include "server/mailer.hpp"
#include "server/members.hpp"
#include "server/passwords.hpp"
#include "server/relay_client.hpp"
#include "server/rooms.hpp"
#include "server/school.hpp"
#include "server/sessions.hpp"
#include "server/settings.hpp"
#include "server/stills.hpp"
#include "store/thread.hpp"

namespace classcast::server {

struct Parts {
  store::StoreThread& store;
  const protocol::TokenSigner& signer;
  PasswordWorkers& passwords;
  Sessions& sessions;
  ApiTokens& tokens;
  Rooms& rooms;
  Members& members;
  Stills& stills;
  AgentChannels& agents;
  School& school;
  Audit& audit;
  Chat& chat;
  Hub& hub;
  Mailer& mailer;
  RelayClient& relay;
  const Settings& settings;
};

}  // namespace classcast::server
