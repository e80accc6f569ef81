// SPDX-License-Identifier: MIT
#include "bench/load/janus_server.hpp"

#include "base/strings.hpp"
#include "bench/load/relay_process.hpp"
#include "rtc/sdp.hpp"

#include <json-glib/json-glib.h>

#include <fstream>
#include <thread>

namespace classcast::load {

namespace {

constexpr std::uint16_t kFirstRtpPort = 15000;
constexpr std::size_t kMaxEvents = 20;

/// /usr/lib/<architecture>/janus.
Result<std::filesystem::path> installed() {
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib")) {
    auto folder = entry.path() / "janus";
    if (std::filesystem::exists(folder / "plugins" / "libjanus_streaming.so")) return folder;
  }
  return fail(Errc::unavailable, "Janus is not installed: apt-get install janus");
}

std::string mountpoints(std::size_t rooms) {
  std::string text;
  for (std::size_t room = 0; room < rooms; ++room) {
    text += fmt::format(
        "room-{0}: {{ type = \"rtp\"; id = {1}; audio = false; video = true; videoport = {2}; videopt = {3}; "
        "videocodec = \"h264\"; videofmtp = \"profile-level-id=42e01f;packetization-mode=1\"; }}\n",
        room, room + 1, JanusServer::rtp_port(room), kVideoPt);
  }
  return text;
}

/// Only what a viewer needs is loaded.
void configure(const std::filesystem::path& folder, const std::filesystem::path& libraries, std::size_t rooms,
               const std::string& address, std::uint16_t port) {
  for (const char* part : {"plugins", "transports", "events", "loggers"})
    std::filesystem::create_directory(folder / part);
  std::filesystem::create_symlink(libraries / "plugins/libjanus_streaming.so",
                                  folder / "plugins/libjanus_streaming.so");
  std::filesystem::create_symlink(libraries / "transports/libjanus_http.so",
                                  folder / "transports/libjanus_http.so");
  auto path = folder.string();
  std::ofstream(folder / "janus.jcfg") << fmt::format(
      "general: {{ configs_folder = \"{0}\"; plugins_folder = \"{0}/plugins\"; transports_folder = "
      "\"{0}/transports\"; events_folder = \"{0}/events\"; loggers_folder = \"{0}/loggers\"; debug_level = "
      "2; "
      "session_timeout = 0; }}\n"
      "nat: {{ ice_enforce_list = \"{1}\"; }}\nmedia: {{ ipv6 = false; }}\n",
      path, address);
  std::ofstream(folder / "janus.transport.http.jcfg") << fmt::format(
      "general: {{ json = \"compact\"; base_path = \"/janus\"; http = true; port = {}; "
      "ip = \"127.0.0.1\"; https = false; }}\nadmin: {{ admin_http = false; }}\n",
      port);
  std::ofstream(folder / "janus.plugin.streaming.jcfg") << mountpoints(rooms);
}

struct JsonFree {
  void operator()(JsonNode* node) const { json_node_unref(node); }
};

/// The member at "a/b/c", numbers as text; nullopt when it is not there.
std::optional<std::string> member(const std::string& json, std::string_view path) {
  std::unique_ptr<JsonNode, JsonFree> root(json_from_string(json.c_str(), nullptr));
  auto* node = root.get();
  for (auto name : split(path, '/')) {
    if (node == nullptr || !JSON_NODE_HOLDS_OBJECT(node)) return std::nullopt;
    node = json_object_get_member(json_node_get_object(node), std::string(name).c_str());
  }
  if (node == nullptr || !JSON_NODE_HOLDS_VALUE(node)) return std::nullopt;
  if (json_node_get_value_type(node) == G_TYPE_STRING) return json_node_get_string(node);
  return std::to_string(json_node_get_int(node));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\r') continue;
    out += c == '\n' ? std::string("\\r\\n") : std::string(1, c);
  }
  return out;
}

/// RFC 3264: what a viewer says to an offer of one video.
std::string answer_to(const rtc::MediaSection& media, const rtc::IceCredentials& ice) {
  return fmt::format(
      "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE {0}\nm=video 9 UDP/TLS/RTP/SAVPF {1}\n"
      "c=IN IP4 0.0.0.0\na=mid:{0}\na=ice-ufrag:{2}\na=ice-pwd:{3}\na=fingerprint:{4}\na=setup:active\n"
      "a=recvonly\na=rtcp-mux\na=rtpmap:{1} H264/90000\n"
      "a=fmtp:{1} profile-level-id=42e01f;packetization-mode=1\n"
      // Janus takes our credentials only with a candidate; the real one it learns from our check.
      "a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ host\na=end-of-candidates\n",
      media.mid, kVideoPt, ice.ufrag, ice.pwd.reveal(), client_certificate()->fingerprint().text());
}

}  // namespace

std::uint16_t JanusServer::rtp_port(std::size_t room) {
  return static_cast<std::uint16_t>(kFirstRtpPort + 2 * room);
}

Result<JanusServer> JanusServer::start(std::size_t rooms, const std::string& address) {
  auto libraries = installed();
  if (!libraries) return fail(libraries);
  auto folder = make_folder();
  Http http(free_tcp_port());
  configure(folder, *libraries, rooms, address, http.port());
  auto log = (folder / "log").string();
  auto process = Process::start({"janus", "--config=" + (folder / "janus.jcfg").string(),
                                 "--configs-folder=" + folder.string(), "--disable-colors"},
                                log, Cores::own);
  if (!process) return fail(process);
  JanusServer janus(folder, std::move(*process), http);
  for (int tries = 0; tries < 1000; ++tries) {
    if (janus.open_session()) return janus;
    if (!janus.process_.running()) break;
    std::this_thread::sleep_for(10ms);
  }
  return fail(Errc::unavailable, "Janus does not answer");
}

JanusServer::~JanusServer() {
  if (folder_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<std::string> JanusServer::post(const std::string& path, const std::string& members) const {
  auto reply = http_.request("POST", "/janus" + path, "application/json",
                             fmt::format("{{\"transaction\":\"t\",{}}}", members));
  if (!reply) return fail(reply);
  auto kind = member(reply->body, "janus");
  if (!kind || *kind == "error") return fail(Errc::invalid, "Janus answers {}", printable(reply->body));
  return reply->body;
}

Result<void> JanusServer::open_session() {
  auto reply = post("", R"("janus":"create")");
  if (!reply) return fail(reply);
  session_ = "/" + member(*reply, "data/id").value_or("");
  return {};
}

Result<std::string> JanusServer::attach() const {
  auto reply = post(session_, R"("janus":"attach","plugin":"janus.plugin.streaming")");
  if (!reply) return fail(reply);
  return session_ + "/" + member(*reply, "data/id").value_or("");
}

/// The SDP of the next event that has one.
Result<std::string> JanusServer::offered() const {
  for (std::size_t i = 0; i < kMaxEvents; ++i) {
    auto event = http_.request("GET", "/janus" + session_ + "?maxev=1");
    if (!event) return fail(event);
    if (auto sdp = member(event->body, "jsep/sdp")) return *sdp;
  }
  return fail(Errc::timeout, "Janus made no offer");
}

Result<std::unique_ptr<Client>> JanusServer::watch(std::size_t room, const Network& network) const {
  auto handle = attach();
  if (!handle) return fail(handle);
  auto asked =
      post(*handle, fmt::format(R"("janus":"message","body":{{"request":"watch","id":{}}})", room + 1));
  if (!asked) return fail(asked);
  auto offer = offered();
  if (!offer) return fail(offer);
  auto parsed = rtc::SessionDescription::parse(*offer);
  if (!parsed || parsed->media.empty())
    return fail(Errc::invalid, "an offer that cannot be read: {}", *offer);
  auto local = rtc::IceCredentials::random();
  auto answer = escaped(answer_to(parsed->media.front(), local));
  auto started = post(
      *handle,
      fmt::format(R"("janus":"message","body":{{"request":"start"}},"jsep":{{"type":"answer","sdp":"{}"}})",
                  answer));
  if (!started) return fail(started);
  return Client::connect(*offer, std::move(local), network);
}

}  // namespace classcast::load
