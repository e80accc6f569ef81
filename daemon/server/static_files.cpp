// SPDX-License-Identifier: MIT
#include "server/static_files.hpp"

#include "base/strings.hpp"
#include "server/sessions.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace classcast::server {

namespace fs = std::filesystem;
using protocol::ErrorId;

namespace {

constexpr const char* kIndex = "/index.html";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".webmanifest", "application/manifest+json"},
}};

std::string type_of(std::string_view path) {
  for (auto [ending, type] : kTypes) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

Result<std::string> content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(Errc::denied, "cannot read {}", file.string());
  return text.str();
}

}  // namespace

bool is_app_route(std::string_view path) {
  constexpr std::array<std::string_view, 8> kInterfaces = {"api",  "ws",  "agent",  "whip",
                                                           "whep", "hls", "assets", "metrics"};
  auto segments = split(path, '/');
  auto first = segments.size() > 1 ? segments[1] : std::string_view();
  bool interface = std::find(kInterfaces.begin(), kInterfaces.end(), first) != kInterfaces.end();
  return !interface && segments.back().find('.') == std::string_view::npos;
}

Result<void> StaticFiles::load(const fs::path& directory) {
  auto files = read_all(directory);
  if (!files) return fail(files);
  if (!files->contains(kIndex))
    return fail(Errc::not_found, "there is no index.html in {}", directory.string());
  files_ = std::move(*files);
  return {};
}

Result<StaticFiles::Files> StaticFiles::read_all(const fs::path& directory) {
  Files files;
  std::size_t total = 0;
  std::error_code error;
  fs::recursive_directory_iterator entries(directory, error);
  if (error)
    return fail(Errc::not_found, "cannot read the directory {}: {}", directory.string(), error.message());
  for (; entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    // A link could lead anywhere.
    if (entries->is_symlink(error) || !entries->is_regular_file(error)) continue;
    auto content = content_of(entries->path());
    if (!content) return fail(content);
    total += content->size();
    if (total > kMaxTotalBytes || files.size() >= kMaxFiles) {
      return fail(Errc::exhausted, "{} is too large for a viewer", directory.string());
    }
    auto path = "/" + fs::relative(entries->path(), directory, error).generic_string();
    files.emplace(path, make_file(path, std::move(*content)));
  }
  return files;
}

StaticFiles::File StaticFiles::make_file(std::string_view path, std::string content) {
  constexpr std::size_t kEtagHex = 32;
  File file;
  file.type = type_of(path);
  file.etag = "\"" + sha256_hex(content).substr(0, kEtagHex) + "\"";
  // Vite names everything in assets/ by its content.
  file.immutable = path.starts_with("/assets/");
  file.content = glib::Ref<GBytes>::adopt(g_bytes_new(content.data(), content.size()));
  return file;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  auto found = files_.find(path);
  if (found == files_.end() && is_app_route(path)) found = files_.find(kIndex);
  return found == files_.end() ? nullptr : &found->second;
}

void StaticFiles::handle(Exchange& exchange) const {
  const auto* file = find(exchange.path());
  if (file == nullptr) return exchange.problem(ErrorId::not_found, "There is nothing at this address.");
  constexpr int kNotModified = 304;
  Response response;
  response.headers = {
      {"ETag", file->etag},
      {"Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (exchange.header("If-None-Match") == file->etag) {
    response.status = kNotModified;
  } else {
    response.content_type = file->type;
    response.shared_body = file->content;
  }
  exchange.answer(std::move(response));
}

}  // namespace classcast::server
