// SPDX-License-Identifier: MIT
#include "recorder/file_server.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/strings.hpp"
#include "glib/log.hpp"
#include "protocol/json.hpp"
#include "recorder/file_answer.hpp"
#include "recorder/files.hpp"
#include "recorder/job.hpp"
#include "recorder/upkeep.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace classcast::recorder {

namespace fs = std::filesystem;

namespace {

constexpr const char* kForEver = "private, max-age=31536000, immutable";
constexpr const char* kPlaylistCache = "private, max-age=1";
constexpr const char* kPlaylistType = "application/vnd.apple.mpegurl";
constexpr std::uint64_t kMaxSegmentBytes = 256ULL << 20;
constexpr std::uint64_t kMaxInitBytes = 64 * 1024;

std::string bearer_of(SoupServerMessage* message) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto* value =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), "Authorization");
  const std::string_view text = value != nullptr ? value : "";
  return text.starts_with(kScheme) ? std::string(text.substr(kScheme.size())) : std::string();
}

void refuse(SoupServerMessage* message, unsigned status, const char* why) {
  answer_text(message, status, "text/plain", why);
}

const char* type_of(const fs::path& path) {
  return path.extension() == ".jpg" ? "image/jpeg" : "video/mp4";
}

/// The bytes of ftyp and moov at the head of a minute file.
std::optional<ByteRange> init_part(const fs::path& file, const std::vector<StoredFile>& files,
                                   std::int64_t start_ms) {
  auto found = std::find_if(files.begin(), files.end(),
                            [start_ms](const auto& one) { return one.start_ms == start_ms; });
  if (found == files.end() || found->path != file || found->init_size() == 0) return std::nullopt;
  return ByteRange{0, std::min(found->init_size(), kMaxInitBytes) - 1};
}

}  // namespace

FileServer::FileServer(Storage& storage, fs::path public_key_file, WindowOf window_of)
    : storage_(storage),
      public_key_file_(std::move(public_key_file)),
      window_of_(std::move(window_of)),
      server_(glib::Ref<SoupServer>::adopt(soup_server_new(nullptr, nullptr))) {
  soup_server_add_handler(server_.get(), nullptr, handle, this, nullptr);
}

FileServer::~FileServer() {
  soup_server_disconnect(server_.get());
}

Result<void> FileServer::listen(const std::string& address, std::uint16_t port) {
  auto socket =
      glib::Ref<GSocketAddress>::adopt(g_inet_socket_address_new_from_string(address.c_str(), port));
  glib::GErrorSlot error;
  if (!socket || soup_server_listen(server_.get(), socket.get(), SoupServerListenOptions{}, error.out()) == 0)
    return fail(Errc::unavailable, "cannot listen on {}:{}: {}", address, port, error.text());
  auto* uris = soup_server_get_uris(server_.get());
  if (uris != nullptr) port_ = static_cast<std::uint16_t>(g_uri_get_port(static_cast<GUri*>(uris->data)));
  g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
  return {};
}

void FileServer::handle(SoupServer*, SoupServerMessage* message, const char* path, GHashTable*,
                        gpointer self) {
  static_cast<FileServer*>(self)->answer(message, path);
}

bool FileServer::allowed(SoupServerMessage* message, const std::string& room) {
  constexpr std::size_t kMaxPem = 4096;
  if (!verifier_) {
    // The server makes its keys at its first start, perhaps after ours.
    auto pem = read_text(public_key_file_, kMaxPem);
    auto verifier = pem ? protocol::TokenVerifier::create(*pem) : Result<protocol::TokenVerifier>(fail(pem));
    if (!verifier) {
      refuse(message, SOUP_STATUS_SERVICE_UNAVAILABLE, "the server's public key cannot be read");
      return false;
    }
    verifier_.emplace(std::move(*verifier));
  }
  auto claims = verifier_->verify(bearer_of(message), unix_ms() / 1000);
  const bool good = claims && claims->can == protocol::Right::fetch &&
                    (claims->room == room || (room == "*" && claims->room == "*"));
  if (good) return true;
  refuse(message, claims ? SOUP_STATUS_FORBIDDEN : SOUP_STATUS_UNAUTHORIZED, "not with this token");
  return false;
}

void FileServer::answer(SoupServerMessage* message, std::string_view path) {
  auto parts = split(path, '/');
  const std::string_view method = soup_server_message_get_method(message);
  const bool reads = method == "GET" || method == "HEAD";
  if (path == "/files" && reads) return list_files(message);
  if (path.starts_with("/files/") && reads) return recording(message, path.substr(7));
  if (path.starts_with("/files/") && method == "DELETE") return remove_file(message, path.substr(7));
  const bool room = parts.size() >= 3 && RoomId::valid(parts[2]) && reads;
  if (room && parts.size() == 4 && parts[1] == "hls") return hls(message, std::string(parts[2]), parts[3]);
  if (room && parts.size() == 3 && parts[1] == "timeline") return timeline(message, std::string(parts[2]));
  refuse(message, SOUP_STATUS_NOT_FOUND, "there is nothing at this address");
}

void FileServer::recording(SoupServerMessage* message, std::string_view path) {
  auto parts = split(path, '/');
  if (!safe_path(path) || parts.size() < 3)
    return refuse(message, SOUP_STATUS_NOT_FOUND, "there is nothing at this address");
  if (!allowed(message, std::string(parts[1]))) return;
  const auto file = storage_.path() / path;
  answer_file(message, {file, type_of(file), "private, no-cache", std::nullopt});
}

void FileServer::list_files(SoupServerMessage* message) {
  if (!allowed(message, "*")) return;
  if (storage_.lost()) return refuse(message, SOUP_STATUS_SERVICE_UNAVAILABLE, "the disk is not there");
  std::string lines;
  std::error_code error;
  fs::recursive_directory_iterator it(storage_.path() / "recordings", error);
  for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
    struct stat status = {};
    if (it->path().extension() != ".mp4" || ::stat(it->path().c_str(), &status) != 0) continue;
    lines += protocol::JsonWriter()
                 .text("path", it->path().lexically_relative(storage_.path()).string())
                 .integer("size", std::int64_t{status.st_size})
                 .integer("modified_ms", std::int64_t{status.st_mtim.tv_sec} * 1000)
                 .finish() +
             "\n";
  }
  answer_text(message, SOUP_STATUS_OK, "application/x-ndjson", lines);
}

void FileServer::remove_file(SoupServerMessage* message, std::string_view path) {
  if (!safe_path(path)) return refuse(message, SOUP_STATUS_NOT_FOUND, "there is nothing at this address");
  if (!allowed(message, "*")) return;
  remove_recording(storage_.path() / path);
  answer_text(message, SOUP_STATUS_OK, "text/plain", "removed");
}

RoomIndex& FileServer::index_of(const std::string& room) {
  auto& index = indexes_[room];
  index.refresh(storage_.segments(room), unix_ms());
  return index;
}

void FileServer::hls(SoupServerMessage* message, const std::string& room, std::string_view name) {
  if (!allowed(message, room)) return;
  auto window = window_of_(room);
  if (!window) return refuse(message, SOUP_STATUS_NOT_FOUND, "the room is not captured");
  if (!name.ends_with(".m3u8")) return segment(message, room, name);
  const auto from_ms = unix_ms() - *window;
  auto& index = index_of(room);
  if (!index.span(from_ms)) return refuse(message, SOUP_STATUS_NOT_FOUND, "there is nothing yet");
  const auto* query = g_uri_get_query(soup_server_message_get_uri(message));
  const bool skip = query != nullptr && std::string_view(query) == "_HLS_skip=YES";
  if (name == "index.m3u8")
    return answer_text(message, SOUP_STATUS_OK, kPlaylistType, index.playlist(from_ms, skip), kPlaylistCache);
  if (name == "live.m3u8") {
    return answer_text(message, SOUP_STATUS_OK, kPlaylistType, index.live_playlist(from_ms, unix_ms()),
                       kPlaylistCache);
  }
  refuse(message, SOUP_STATUS_NOT_FOUND, "there is no such playlist");
}

void FileServer::segment(SoupServerMessage* message, const std::string& room, std::string_view name) {
  auto words = split(name.substr(0, name.find('.')), '-');
  const auto file_ms = words.empty() ? std::nullopt : parse_int(words[0]);
  if (!file_ms) return refuse(message, SOUP_STATUS_NOT_FOUND, "there is no such segment");
  const auto file = storage_.segments(room) / fmt::format("{}.mp4", *file_ms);
  std::optional<ByteRange> part;
  if (words.size() == 2 && words[1] == "init") {
    part = init_part(file, index_of(room).files(), *file_ms);
  } else if (words.size() == 3) {
    const auto offset = parse_int(words[1]);
    const auto size = parse_int(words[2]);
    const bool good =
        offset && size && *offset >= 0 && *size > 0 && *size <= static_cast<std::int64_t>(kMaxSegmentBytes);
    if (good) part = ByteRange{*offset, *offset + *size - 1};
  }
  if (!part) return refuse(message, SOUP_STATUS_NOT_FOUND, "there is no such segment");
  answer_file(message, {file, "video/mp4", kForEver, part});
}

void FileServer::timeline(SoupServerMessage* message, const std::string& room) {
  if (!allowed(message, room)) return;
  const auto from_ms = unix_ms() - window_of_(room).value_or(0);
  auto& index = index_of(room);
  protocol::JsonWriter writer;
  if (auto span = index.span(from_ms)) {
    writer.integer("from_ms", std::max(span->start_ms, from_ms)).integer("to_ms", span->end_ms);
  }
  auto gaps = index.gaps(from_ms);
  if (gaps.size() > protocol::kMaxGaps)
    gaps.erase(gaps.begin(), gaps.end() - static_cast<std::ptrdiff_t>(protocol::kMaxGaps));
  writer.objects("gaps", gaps, [](protocol::JsonWriter& item, const Gap& gap) {
    item.integer("start_ms", gap.start_ms).integer("end_ms", gap.end_ms).text("cause", gap.cause);
  });
  answer_text(message, SOUP_STATUS_OK, "application/json", writer.finish());
}

}  // namespace classcast::recorder
