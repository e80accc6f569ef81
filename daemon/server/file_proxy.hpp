// SPDX-License-Identifier: MIT
// FileProxy: a recorder's files for browsers. What is read from the recorder is sent before more is read, so
// that a slow reader costs no memory.
#pragma once

#include "glib/ref.hpp"
#include "server/exchange.hpp"

#include <libsoup/soup.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace classcast::server {

struct FileRequest {
  std::string url;
  std::string token;
  /// In place of what the recorder says.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

class FileStream;

class FileProxy {
 public:
  static constexpr std::size_t kMaxStreams = 1000;

  FileProxy();
  FileProxy(const FileProxy&) = delete;
  FileProxy& operator=(const FileProxy&) = delete;
  ~FileProxy();

  /// Range, If-Range and If-None-Match of the request go to the recorder.
  void pass(const std::shared_ptr<Exchange>& exchange, FileRequest request);
  [[nodiscard]] std::size_t streams() const { return streams_.size(); }

 private:
  glib::Ref<SoupSession> session_;
  std::set<std::shared_ptr<FileStream>> streams_;
};

}  // namespace classcast::server
