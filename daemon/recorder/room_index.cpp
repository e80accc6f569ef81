// SPDX-License-Identifier: MIT
#include "recorder/room_index.hpp"

#include <fcntl.h>

#include <algorithm>
#include <span>

namespace classcast::recorder {

namespace {

/// Every segment is longer than this, so numbers that a later start derives from time never go back.
constexpr std::int64_t kLeastSegmentMs = 250;
constexpr std::uint64_t kMaxInit = 64 * 1024;

bool same_segment(const HlsSegment& a, const HlsSegment& b) {
  return a.file_ms == b.file_ms && a.offset == b.offset;
}

}  // namespace

void RoomIndex::refresh(const std::filesystem::path& folder, std::int64_t now_ms) {
  if (folder == folder_ && now_ms - refreshed_ms_ < kRefreshMs) return;
  refreshed_ms_ = now_ms;
  if (folder != folder_) files_.clear();
  folder_ = folder;
  auto names = list_file_names(folder);
  std::map<std::int64_t, StoredFile> known;
  // Only the newest grows, and the one before it may have grown when it was read last.
  const auto settled = files_.size() > 2 ? files_.size() - 2 : 0;
  for (std::size_t i = 0; i < settled; ++i) known.emplace(files_[i].start_ms, std::move(files_[i]));
  files_.clear();
  for (auto& file : names) {
    auto found = known.find(file.start_ms);
    if (found != known.end()) {
      files_.push_back(std::move(found->second));
    } else {
      read_index(file);
      files_.push_back(std::move(file));
    }
  }
  if (files_.empty()) return inits_.clear();
  inits_.erase(inits_.begin(), inits_.lower_bound(files_.front().start_ms));
}

std::string RoomIndex::init_of(const StoredFile& file) {
  auto& init = inits_[file.start_ms];
  if (!init.empty()) return init;
  auto opened = File::open(file.path, O_RDONLY);
  auto bytes =
      opened ? opened->read_at(0, std::min(file.init_size(), kMaxInit)) : Result<Buffer>(fail(opened));
  init = bytes ? std::string(as_text(*bytes)) : std::to_string(file.start_ms);
  return init;
}

std::optional<FileSpan> RoomIndex::span(std::int64_t window_from_ms) const {
  std::optional<FileSpan> span;
  for (const auto& file : files_) {
    for (const auto& entry : file.entries) {
      if (entry.kind != IndexEntry::Kind::fragment || entry.end_ms <= window_from_ms) continue;
      if (!span) span = FileSpan{entry.start_ms, entry.end_ms};
      span->end_ms = std::max(span->end_ms, entry.end_ms);
    }
  }
  return span;
}

std::vector<Gap> RoomIndex::gaps(std::int64_t window_from_ms) const {
  auto gaps = gaps_of(files_);
  std::erase_if(gaps, [window_from_ms](const Gap& gap) { return gap.end_ms <= window_from_ms; });
  return gaps;
}

/// The window moves on; what fell out of it is counted.
void RoomIndex::slide(std::int64_t window_from_ms) {
  auto all = segments_of(files_, [this](const StoredFile& file) { return init_of(file); });
  std::erase_if(all, [window_from_ms](const HlsSegment& one) { return one.end_ms <= window_from_ms; });
  if (window_.empty()) {
    if (!all.empty()) {
      const auto number = static_cast<std::uint64_t>(all.front().start_ms / kLeastSegmentMs);
      first_number_ = std::max(first_number_, number);
      first_discontinuity_ = std::max(first_discontinuity_, number);
    }
  } else {
    const auto first =
        all.empty() ? window_.end() : std::find_if(window_.begin(), window_.end(), [&](const auto& one) {
          return same_segment(one, all.front());
        });
    first_number_ += static_cast<std::uint64_t>(first - window_.begin());
    first_discontinuity_ += static_cast<std::uint64_t>(
        std::count_if(window_.begin(), first, [](const auto& one) { return one.discontinuity; }));
  }
  window_ = std::move(all);
}

std::string RoomIndex::playlist(std::int64_t window_from_ms, bool skip) {
  slide(window_from_ms);
  return write_playlist(window_, {first_number_, first_discontinuity_, skip});
}

std::string RoomIndex::live_playlist(std::int64_t window_from_ms, std::int64_t now_ms) {
  slide(window_from_ms);
  const auto first = std::find_if(window_.begin(), window_.end(),
                                  [now_ms](const auto& one) { return one.end_ms > now_ms - kLiveMs; });
  const auto skipped = static_cast<std::size_t>(first - window_.begin());
  const auto cuts = std::count_if(window_.begin(), first, [](const auto& one) { return one.discontinuity; });
  return write_playlist(std::span<const HlsSegment>(window_).subspan(skipped),
                        {first_number_ + skipped, first_discontinuity_ + static_cast<std::uint64_t>(cuts)});
}

}  // namespace classcast::recorder
