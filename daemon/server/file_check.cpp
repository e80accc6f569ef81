// SPDX-License-Identifier: MIT
#include "server/file_check.hpp"

#include "base/clock.hpp"
#include "glib/ref.hpp"
#include "protocol/json.hpp"
#include "store/recorders.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <map>
#include <set>

namespace classcast::server {

namespace {

constexpr std::int64_t kYoungMs = 3'600'000;
constexpr guint kCheckSeconds = 60;

Result<std::string> ask_recorder(const char* method, const std::string& url, const std::string& token) {
  auto session =
      glib::Ref<SoupSession>::adopt(soup_session_new_with_options("timeout", kCheckSeconds, nullptr));
  soup_session_set_proxy_resolver(session.get(), nullptr);
  auto message = glib::Ref<SoupMessage>::adopt(soup_message_new(method, url.c_str()));
  if (!message) return fail(Errc::unavailable, "its address is no URL");
  soup_message_headers_replace(soup_message_get_request_headers(message.get()), "Authorization",
                               ("Bearer " + token).c_str());
  glib::GErrorSlot error;
  auto body = glib::Ref<GBytes>::adopt(
      soup_session_send_and_read(session.get(), message.get(), nullptr, error.out()));
  if (!body) return fail(Errc::unavailable, "{}", error.text());
  if (soup_message_get_status(message.get()) != SOUP_STATUS_OK)
    return fail(Errc::unavailable, "it answers {}", static_cast<int>(soup_message_get_status(message.get())));
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(body.get(), &size));
  return std::string(data, size);
}

/// One file per line: size, time, path.
Result<std::vector<FileOnDisk>> files_of(const store::Recorder& recorder, const std::string& token) {
  auto text = ask_recorder("GET", recorder.url + "/files", token);
  if (!text) return fail(text);
  std::vector<FileOnDisk> files;
  for (std::size_t at = 0; at < text->size();) {
    const auto end = std::min(text->find('\n', at), text->size());
    auto json = protocol::JsonReader::parse(std::string_view(*text).substr(at, end - at));
    at = end + 1;
    if (!json) return fail(json);
    FileOnDisk file{json->text("path"), json->integer("size"), json->integer("modified_ms")};
    if (auto read = json->finish(); !read) return fail(read);
    files.push_back(std::move(file));
  }
  return files;
}

Result<std::vector<store::Recording>> recordings_with_files(store::Database& database,
                                                            std::int64_t recorder) {
  auto all = store::list_finished_recordings(database);
  if (!all) return all;
  auto at_work = store::list_recordings_at_work(database);
  if (!at_work) return at_work;
  // Those that are to be removed still have their files.
  all->insert(all->end(), at_work->begin(), at_work->end());
  std::erase_if(*all,
                [recorder](const auto& one) { return one.path.empty() || one.recorder_id != recorder; });
  return all;
}

Result<void> mark_missing(store::Database& database, const std::string& id) {
  auto found = store::find_recording(database, id);
  if (!found) return fail(found);
  if (!*found) return {};
  (*found)->state = "failed";
  (*found)->detail = "Its file is missing.";
  return store::update_recording(database, **found);
}

Result<void> put_right(store::Database& database, const store::Recorder& recorder, const FileFaults& faults,
                       std::size_t files, const std::string& token) {
  if (2 * faults.orphans.size() > files) {
    return fail(
        Errc::conflict,
        "{}: {} of {} files belong to no recording; more than half is never removed at once. Is it the right "
        "database?",
        recorder.name, faults.orphans.size(), files);
  }
  for (const auto& id : faults.missing) {
    if (auto marked = mark_missing(database, id); !marked) return marked;
  }
  for (const auto& path : faults.orphans) {
    auto removed = ask_recorder("DELETE", recorder.url + "/files/" + path, token);
    if (!removed) return fail(removed);
  }
  return {};
}

}  // namespace

FileFaults compare_files(std::span<const store::Recording> recordings, std::span<const FileOnDisk> files,
                         std::int64_t now_ms) {
  std::map<std::string_view, const FileOnDisk*> on_disk;
  for (const auto& file : files) on_disk.emplace(file.path, &file);
  FileFaults faults;
  std::set<std::string_view> known;
  for (const auto& recording : recordings) {
    known.insert(recording.path);
    auto found = on_disk.find(recording.path);
    if (recording.purged_ms || recording.state != "ready") continue;
    if (found == on_disk.end()) {
      faults.missing.push_back(recording.id);
    } else if (found->second->size != recording.size.value_or(0)) {
      faults.other_size.push_back(recording.id);
    }
  }
  for (const auto& file : files) {
    if (!known.contains(file.path) && now_ms - file.modified_ms > kYoungMs)
      faults.orphans.push_back(file.path);
  }
  return faults;
}

Result<std::string> check_files(store::Database& database, const protocol::TokenSigner& signer,
                                FileRepair repair) {
  auto recorders = store::list_recorders(database);
  if (!recorders) return fail(recorders);
  std::string said;
  bool sound = true;
  for (const auto& recorder : *recorders) {
    if (recorder.url.empty()) continue;
    auto token = signer.sign("server", "*", protocol::Right::fetch, unix_ms() / 1000);
    auto files = files_of(recorder, token);
    if (!files) {
      said += fmt::format("\nrecorder {}: cannot be asked: {}", recorder.name, files.error().message);
      continue;
    }
    auto recordings = recordings_with_files(database, recorder.id);
    if (!recordings) return fail(recordings);
    auto faults = compare_files(*recordings, *files, unix_ms());
    said += fmt::format(
        "\nrecorder {}: {} files; {} recordings without their file, {} of another size, {} files of "
        "no recording",
        recorder.name, files->size(), faults.missing.size(), faults.other_size.size(), faults.orphans.size());
    if (repair == FileRepair::repair) {
      auto done = put_right(database, recorder, faults, files->size(), token);
      if (!done) return fail(done);
      said += "; put right";
    }
    sound = sound && (faults.none() || (repair == FileRepair::repair && faults.other_size.empty()));
  }
  if (!sound) return fail(Errc::internal, "{}", said.substr(1));
  return said;
}

}  // namespace classcast::server
