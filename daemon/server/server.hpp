// SPDX-License-Identifier: MIT
// Server: all parts of classcast-server, put together.
#pragma once

#include "base/secret.hpp"
#include "glib/source.hpp"
#include "protocol/token.hpp"
#include "server/api_account.hpp"
#include "server/api_admin.hpp"
#include "server/api_chat.hpp"
#include "server/api_devices.hpp"
#include "server/api_diary.hpp"
#include "server/api_documents.hpp"
#include "server/api_keys.hpp"
#include "server/api_library.hpp"
#include "server/api_mail.hpp"
#include "server/api_people.hpp"
#include "server/api_recordings.hpp"
#include "server/api_recovery.hpp"
#include "server/api_rewind.hpp"
#include "server/api_rooms.hpp"
#include "server/api_session.hpp"
#include "server/api_setup.hpp"
#include "server/certificate.hpp"
#include "server/file_proxy.hpp"
#include "server/housekeeping.hpp"
#include "server/http.hpp"
#include "server/http_client.hpp"
#include "server/listener.hpp"
#include "server/mailer.hpp"
#include "server/operations.hpp"
#include "server/parts.hpp"
#include "server/recorders.hpp"
#include "server/recordings.hpp"
#include "server/relay_client.hpp"
#include "server/relay_proxy.hpp"
#include "server/settings.hpp"
#include "server/static_files.hpp"
#include "store/thread.hpp"

#include <memory>
#include <optional>

namespace classcast::server {

/// What has to be there before the server can run; made or read at start, on the main thread.
struct Foundation {
  Identity certificate;
  protocol::TokenSigner signer;
  std::unique_ptr<store::Database> database;
  Rooms::Snapshot snapshot;
  std::vector<store::Session> sessions;
  std::vector<store::ApiToken> tokens;
  std::vector<store::SettingRow> settings;
  std::vector<store::Recorder> recorders;
  /// Those that somebody has to do something about.
  std::vector<store::Recording> recordings;
  /// Set at the first start only.
  std::optional<Secret> administrator_password;
};

Result<Identity> open_certificate(const Settings& settings);
Result<Foundation> lay_foundation(const Settings& settings);

class Server {
 public:
  /// Time for the last answers and closing handshakes after stop().
  static constexpr Duration kFarewell = 2s;

  Server(const Settings& settings, Foundation foundation);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Errc::conflict when the port is taken.
  Result<void> start();
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  /// Reads configuration, certificate and viewer again. What is wrong keeps its former state, what needs a
  /// new start is named in the journal.
  void reload();
  /// Says goodbye to everybody connected; returns when they are gone or kFarewell is over.
  void stop();
  [[nodiscard]] std::string status_line() const;
  /// Every route: method, pattern and who may use it.
  [[nodiscard]] const std::vector<Route>& routes() const { return http_.router().routes(); }

 private:
  void connect_parts();
  void connect_recordings();
  void add_routes();
  void load_viewer();
  void apply(Settings fresh);
  void expire_sessions();
  void room_changed(const protocol::Room& room);
  void write_diary(store::DiaryEntry entry);
  [[nodiscard]] Figures figures() const;

  Settings settings_;
  protocol::TokenSigner signer_;
  Sessions sessions_;
  ApiTokens tokens_;
  Rooms rooms_;
  Members members_;
  Stills stills_;
  School school_;
  StaticFiles viewer_;
  store::StoreThread store_;
  PasswordWorkers passwords_;
  Mailer mailer_;
  Audit audit_;
  Chat chat_;
  Listener listener_;
  HttpServer http_;
  Hub hub_;
  AgentChannels agents_;
  Recorders recorders_;
  Recordings recordings_;
  FileProxy files_;
  HttpClient client_;
  RelayProxy proxy_;
  RelayClient relay_;
  Parts parts_;
  Housekeeping housekeeping_;
  SessionApi session_api_;
  AccountApi account_api_;
  RecoveryApi recovery_api_;
  SetupApi setup_api_;
  MailApi mail_api_;
  DocumentsApi documents_api_;
  PeopleApi people_api_;
  KeysApi keys_api_;
  RoomsApi rooms_api_;
  ChatApi chat_api_;
  DiaryApi diary_api_;
  DevicesApi devices_api_;
  AdminApi admin_api_;
  RecordingsApi recordings_api_;
  LibraryApi library_api_;
  RewindApi rewind_api_;
  glib::Timer expiry_;
};

}  // namespace classcast::server
