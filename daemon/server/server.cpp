// SPDX-License-Identifier: MIT
#include "server/server.hpp"

#include "glib/log.hpp"
#include "glib/notify.hpp"
#include "server/first_start.hpp"
#include "server/maintenance.hpp"
#include "server/smtp.hpp"
#include "server/state_directory.hpp"
#include "store/schema.hpp"
#include "store/sessions.hpp"

#include <algorithm>

namespace classcast::server {

namespace {

constexpr Duration kExpiryInterval = 30s;

void post_to_main(std::function<void()> work) {
  glib::post(std::move(work));
}

Result<Rooms::Snapshot> load_snapshot(store::Database& database) {
  auto rooms = store::list_rooms(database);
  if (!rooms) return fail(rooms);
  auto devices = store::list_devices(database);
  if (!devices) return fail(devices);
  auto diary = store::latest_diary_entries(database);
  if (!diary) return fail(diary);
  auto members = store::list_members(database);
  if (!members) return fail(members);
  return Rooms::Snapshot{std::move(*rooms), std::move(*devices), std::move(*diary), std::move(*members)};
}

Result<void> note_result(const Result<void>& result, const char* what) {
  if (!result) glib::log::warning("store", "{}: {}", what, result.error().message);
  return result;
}

}  // namespace

Result<Identity> open_certificate(const Settings& settings) {
  if (!settings.certificate_file.empty())
    return load_certificate(settings.certificate_file, settings.key_file);
  auto made = ensure_own_certificate(settings.state_directory);
  if (!made) return fail(made);
  if (*made) glib::log::info("tls", "made a certificate in {}", settings.state_directory.string());
  return load_certificate(settings.state_directory / kOwnCertificateFile,
                          settings.state_directory / kOwnKeyFile);
}

Result<Foundation> lay_foundation(const Settings& settings) {
  if (auto made = ensure_state_directory(settings.state_directory); !made) return fail(made);
  auto certificate = open_certificate(settings);
  if (!certificate) return fail(certificate);
  auto signer = ensure_token_keys(settings.state_directory);
  if (!signer) return fail(signer);
  auto database = store::open_database(settings.database_url);
  if (!database) return fail(database);
  auto kept = back_up_before_migration(**database, settings.state_directory / "backups");
  if (!kept) return fail(kept);
  if (*kept) glib::log::info("store", "migrating the database; as it was: {}", (*kept)->string());
  if (auto migrated = store::migrate(**database); !migrated) return fail(migrated);
  auto password = ensure_administrator(**database);
  if (!password) return fail(password);
  auto snapshot = load_snapshot(**database);
  if (!snapshot) return fail(snapshot);
  auto sessions =
      store::load_sessions(**database, unix_ms() - Sessions::kAbsoluteMs, unix_ms() - Sessions::kIdleMs,
                           static_cast<std::int64_t>(Sessions::kMaxSessions));
  if (!sessions) return fail(sessions);
  auto tokens = store::load_api_tokens(**database, unix_ms());
  if (!tokens) return fail(tokens);
  auto school = store::load_settings(**database);
  if (!school) return fail(school);
  if (auto made = ensure_recorder(**database, settings.state_directory); !made) return fail(made);
  auto recorders = store::list_recorders(**database);
  if (!recorders) return fail(recorders);
  auto recordings = store::list_recordings_at_work(**database);
  if (!recordings) return fail(recordings);
  return Foundation{std::move(*certificate), std::move(*signer),  std::move(*database), std::move(*snapshot),
                    std::move(*sessions),    std::move(*tokens),  std::move(*school),   std::move(*recorders),
                    std::move(*recordings),  std::move(*password)};
}

Server::Server(const Settings& settings, Foundation foundation)
    : settings_(settings),
      signer_(std::move(foundation.signer)),
      store_(std::move(foundation.database), post_to_main),
      passwords_(post_to_main),
      mailer_(post_to_main, send_by_smtp),
      audit_(store_),
      chat_(store_, rooms_, school_),
      listener_(std::move(foundation.certificate)),
      http_(listener_, sessions_, tokens_),
      hub_(rooms_, members_, sessions_, chat_, store_),
      agents_(rooms_, stills_, signer_),
      recorders_(store_),
      recordings_(store_, rooms_, school_, recorders_, signer_, settings_.relay_url),
      proxy_(client_, settings_.relay_url),
      relay_(client_, settings_.relay_url, signer_),
      parts_{store_,  signer_, passwords_, sessions_, tokens_, rooms_,  members_, stills_,
             agents_, school_, audit_,     chat_,     hub_,    mailer_, relay_,   settings_},
      housekeeping_(parts_),
      session_api_(parts_),
      account_api_(parts_, session_api_),
      recovery_api_(parts_, session_api_),
      setup_api_(parts_),
      mail_api_(parts_),
      documents_api_(parts_),
      people_api_(parts_),
      keys_api_(parts_),
      rooms_api_(parts_),
      chat_api_(parts_),
      diary_api_(parts_),
      devices_api_(parts_),
      admin_api_(parts_),
      recordings_api_(parts_, recordings_),
      library_api_(parts_, recordings_, recorders_, files_),
      rewind_api_(parts_, recordings_, files_, client_) {
  for (auto& session : foundation.sessions) sessions_.add(std::move(session));
  for (const auto& token : foundation.tokens) tokens_.add(token);
  mailer_.configure(settings_.mail);
  http_.set_trusted_proxies(settings_.trusted_proxies);
  school_.load(foundation.settings);
  rooms_.load(foundation.snapshot);
  members_.load(foundation.snapshot.rooms, foundation.snapshot.members);
  recorders_.load(foundation.recorders);
  recordings_.load(std::move(foundation.recordings));
  connect_parts();
  connect_recordings();
  add_routes();
}

void Server::connect_parts() {
  rooms_.on_changed = [this](const protocol::Room& room) { room_changed(room); };
  rooms_.on_removed = [this](const RoomId& id) { hub_.room_removed(id); };
  rooms_.on_diary = [this](store::DiaryEntry entry) { write_diary(std::move(entry)); };
  agents_.on_introduced = [this](store::Device device) {
    rooms_.note_device(device);
    store_.run([device = std::move(device)](
                   store::Database& database) { return store::note_device(database, device, unix_ms()); },
               [](const Result<void>& result) {
                 (void)note_result(result, "what a classroom PC is was not stored");
               });
  };
  http_.set_room_look_up([this](const std::string& room, const store::Session& session) {
    auto id = RoomId::parse(room);
    if (!id || !rooms_.contains(*id)) return RoomCase{};
    return RoomCase{true, members_.relation(*id, session.user_id), Right::see};
  });
  relay_.on_status = [this](const Result<protocol::RelayStatus>& status) { rooms_.relay_polled(status); };
  agents_.on_revoked = [this](const RoomId& room) { relay_.evict("device:" + room.text(), room.text()); };
  sessions_.on_ended = [this](const store::Session& session) {
    const auto& hash = session.token_hash;
    hub_.session_ended(hash);
    relay_.evict(media_subject(session), "");
    store_.run(
        [hash](store::Database& database) { return store::remove_session(database, hash); },
        [](const Result<void>& result) { (void)note_result(result, "a session that ended stays stored"); });
  };
  sessions_.on_touched = [this](const store::Session& session) {
    store_.run(
        [hash = session.token_hash, seen_ms = session.seen_ms](store::Database& database) {
          return store::touch_session(database, hash, seen_ms);
        },
        [](const Result<void>& result) { (void)note_result(result, "the use of a session is not stored"); });
  };
}

void Server::connect_recordings() {
  recordings_.on_changed = [this](const protocol::Recording& recording) {
    auto room = RoomId::parse(recording.room);
    if (room) hub_.tell(*room, Right::watch, protocol::recording_event(unix_ms(), recording));
  };
  recordings_.on_removed = [this](const RoomId& room, const std::string& id) {
    hub_.tell(room, Right::watch, protocol::recording_removed_event(unix_ms(), room.text(), id));
  };
  recordings_.on_storage = [this] {
    hub_.tell_overseers(protocol::storage_event(unix_ms(), recorders_.storages()));
  };
  school_.on_changed = [this] { recordings_.policy_changed(); };
  rooms_.on_record = [this] { recordings_.policy_changed(); };
}

void Server::add_routes() {
  session_api_.add_routes(http_);
  account_api_.add_routes(http_);
  recovery_api_.add_routes(http_);
  setup_api_.add_routes(http_);
  mail_api_.add_routes(http_);
  documents_api_.add_routes(http_);
  people_api_.add_routes(http_);
  keys_api_.add_routes(http_);
  rooms_api_.add_routes(http_);
  chat_api_.add_routes(http_);
  diary_api_.add_routes(http_);
  devices_api_.add_routes(http_);
  admin_api_.add_routes(http_);
  recordings_api_.add_routes(http_);
  library_api_.add_routes(http_);
  rewind_api_.add_routes(http_);
  http_.add({"GET", "/ws", Access::signed_in, [this](auto exchange) { hub_.handle(exchange); }});
  http_.add({"GET", "/agent", Access::foreign, [this](auto exchange) { agents_.handle(exchange); }});
  http_.add({"GET", "/recorder", Access::foreign, [this](auto exchange) { recorders_.handle(exchange); }});
  http_.add({"*", "/whip/{path...}", Access::foreign, [this](auto exchange) { proxy_.handle(exchange); }});
  http_.add({"*", "/whep/{path...}", Access::foreign, [this](auto exchange) { proxy_.handle(exchange); }});
  add_operations_routes(http_, [this] { return figures(); });
  http_.set_fallback([this](auto exchange) { viewer_.handle(*exchange); });
}

Result<void> Server::start() {
  load_viewer();
  auto handed_over = glib::notify::activation_socket();
  auto listening = handed_over ? listener_.adopt(*handed_over)
                               : listener_.listen(settings_.listen_address, settings_.listen_port);
  if (!listening) return listening;
  rooms_.start();
  relay_.start();
  recordings_.start();
  expiry_ = glib::Timer::every(kExpiryInterval, [this] { expire_sessions(); });
  housekeeping_.start();
  return {};
}

void Server::load_viewer() {
  if (auto loaded = viewer_.load(settings_.viewer_directory); !loaded) {
    glib::log::warning("viewer", "there is no viewer to serve: {}", loaded.error().message);
  }
}

void Server::reload() {
  auto fresh = load_settings(settings_.file);
  if (fresh) {
    apply(std::move(*fresh));
  } else {
    glib::log::error("config", "keeping the former settings: {}", fresh.error().message);
  }
  load_viewer();
  auto certificate = open_certificate(settings_);
  if (!certificate)
    return glib::log::error("tls", "keeping the former certificate: {}", certificate.error().message);
  listener_.set_identity(std::move(*certificate));
  glib::log::info("server", "configuration, certificate and viewer were read again");
}

void Server::apply(Settings fresh) {
  for (const auto& name : needs_restart(settings_, fresh))
    glib::log::warning("config", "{} was changed, which counts from the next start on", name);
  keep_until_restart(settings_, fresh);
  settings_ = std::move(fresh);
  proxy_.set_relay(settings_.relay_url);
  relay_.set_relay(settings_.relay_url);
  recordings_.set_relay(settings_.relay_url);
  mailer_.configure(settings_.mail);
  http_.set_trusted_proxies(settings_.trusted_proxies);
}

void Server::expire_sessions() {
  auto now_ms = unix_ms();
  sessions_.expire(now_ms);
  store_.run(
      [now_ms](store::Database& database) {
        return store::remove_old_sessions(database, now_ms - Sessions::kAbsoluteMs,
                                          now_ms - Sessions::kIdleMs);
      },
      [](const Result<std::int64_t>& removed) {
        if (!removed) glib::log::warning("store", "cannot remove old sessions: {}", removed.error().message);
      });
}

void Server::room_changed(const protocol::Room& room) {
  auto id = RoomId::parse(room.id);
  // Privacy: what was seen before is not shown any more.
  if (id && room.state == protocol::RoomState::privacy && room.still_ms) {
    stills_.remove(*id);
    return rooms_.set_still(*id, std::nullopt);
  }
  hub_.room_changed(room);
}

void Server::write_diary(store::DiaryEntry entry) {
  store_.run([entry = std::move(entry)](
                 store::Database& database) { return store::add_diary_entry(database, entry); },
             [](const Result<void>& result) {
               // Not found: the room was removed in the meantime, and its diary with it.
               if (result || result.error().code == Errc::not_found) return;
               (void)note_result(result, "a change of status is missing in the diary");
             });
}

void Server::stop() {
  listener_.stop();
  relay_.stop();
  expiry_.cancel();
  rooms_.stop();
  hub_.close_all();
  agents_.close_all();
  recorders_.close_all();
  bool over = false;
  auto deadline = glib::Timer::once(kFarewell, [&over] { over = true; });
  while (!over && listener_.connections() > 0) g_main_context_iteration(nullptr, TRUE);
}

Figures Server::figures() const {
  Figures figures;
  auto rooms = rooms_.list();
  figures.rooms = rooms.size();
  figures.rooms_live =
      static_cast<std::size_t>(std::count_if(rooms.begin(), rooms.end(), [](const auto& room) {
        return room.state == protocol::RoomState::live || room.state == protocol::RoomState::no_audio;
      }));
  figures.database_answers = store_.healthy();
  figures.viewer_loaded = viewer_.loaded();
  figures.relay_answers = rooms_.relay_answers();
  figures.classroom_pcs = agents_.size();
  figures.browsers = hub_.size();
  figures.sessions = sessions_.size();
  figures.connections = listener_.connections();
  figures.store_queue = store_.queued();
  figures.proxied = proxy_.pending();
  figures.answers = http_.answers();
  figures.chat_waiting = chat_.waiting();
  figures.chat_stored = chat_.stored();
  figures.stills_refused = stills_.refused();
  figures.mails_waiting = mailer_.queued();
  figures.mails_sent = mailer_.sent();
  figures.mails_failed = mailer_.failed();
  return figures;
}

std::string Server::status_line() const {
  auto now = figures();
  return fmt::format("{} of {} rooms live, {} classroom PCs, {} pages open, relay {}", now.rooms_live,
                     now.rooms, now.classroom_pcs, now.browsers, now.relay_answers ? "up" : "down");
}

}  // namespace classcast::server
