// SPDX-License-Identifier: MIT
#include "relay/send_batch.hpp"

#include "relay/socket_address.hpp"
#include "rtc/rtp.hpp"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace classcast::relay {

namespace {

constexpr std::size_t kControlBytes = kPacketInfoSpace + CMSG_SPACE(sizeof(std::uint16_t));

/// Behind the source address that leave_from() put there.
void cut_into(msghdr& message, std::size_t segment) {
  auto size = static_cast<std::uint16_t>(segment);
  message.msg_controllen += CMSG_SPACE(sizeof size);
  auto* header = CMSG_NXTHDR(&message, CMSG_FIRSTHDR(&message));
  header->cmsg_level = SOL_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN(sizeof size);
  std::memcpy(CMSG_DATA(header), &size, sizeof size);
}

}  // namespace

struct SendBatch::Messages {
  struct Slot {
    sockaddr_storage remote;
    alignas(cmsghdr) std::array<std::uint8_t, kControlBytes> control;
    iovec vector;
  };
  std::array<Slot, kMaxRuns> slots{};
  std::array<mmsghdr, kMaxRuns> headers{};
};

SendBatch::SendBatch(int socket, int family, Segmentation segmentation)
    : socket_(socket),
      family_(family),
      segmentation_(segmentation),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kBytes)),
      messages_(std::make_unique<Messages>()) {}

SendBatch::~SendBatch() = default;

MutableBytes SendBatch::space() {
  if (used_ + rtc::kMaxDatagram > kBytes) flush();
  return {memory_.get() + used_, rtc::kMaxDatagram};
}

bool SendBatch::extends(const rtc::Tuple& tuple, std::size_t size) const {
  if (segmentation_ == Segmentation::none || count_ == 0) return false;
  const auto& run = runs_[count_ - 1];
  bool all_full = run.bytes == run.count * run.segment;
  return all_full && size <= run.segment && run.count < kMaxSegments && run.bytes + size <= kMaxRunBytes &&
         run.tuple == tuple;
}

void SendBatch::add(const rtc::Tuple& tuple, Bytes datagram) {
  auto size = datagram.size();
  if (size == 0 || size > rtc::kMaxDatagram) return;
  auto place = space();
  if (datagram.data() != place.data()) std::copy_n(datagram.begin(), size, place.begin());
  if (extends(tuple, size)) {
    runs_[count_ - 1].bytes += size;
    ++runs_[count_ - 1].count;
  } else {
    runs_[count_++] = {tuple, used_, size, size, 1};
  }
  used_ += size;
  if (count_ == kMaxRuns) flush();
}

void SendBatch::prepare(std::size_t index) {
  const auto& run = runs_[index];
  auto& slot = messages_->slots[index];
  auto& header = messages_->headers[index].msg_hdr;
  slot.vector = {memory_.get() + run.offset, run.bytes};
  header = {};
  header.msg_name = &slot.remote;
  header.msg_namelen = to_sockaddr(run.tuple.remote, family_, slot.remote);
  header.msg_iov = &slot.vector;
  header.msg_iovlen = 1;
  header.msg_control = slot.control.data();
  leave_from(header, run.tuple.local, family_);
  if (run.count > 1) cut_into(header, run.segment);
}

void SendBatch::flush() {
  for (std::size_t i = 0; i < count_; ++i) prepare(i);
  for (std::size_t at = 0; at < count_;) {
    auto left = static_cast<unsigned>(count_ - at);
    auto sent = sendmmsg(socket_, messages_->headers.data() + at, left, MSG_DONTWAIT);
    if (sent > 0) {
      at += static_cast<std::size_t>(sent);
    } else if (sent == 0 || errno != EINTR) {
      if (!fall_back(errno, runs_[at])) drops_ += runs_[at].count;
      ++at;
    }
  }
  count_ = 0;
  used_ = 0;
}

/// udp(7): a device without checksum offload refuses segmentation by EIO, a path whose MTU is smaller than a
/// segment by EINVAL or EMSGSIZE. Segmentation was the cause only if the datagrams go by themselves.
bool SendBatch::fall_back(int error, const Run& run) {
  bool refused = error == EIO || error == EINVAL || error == EMSGSIZE;
  if (run.count < 2 || (!refused && segmentation_ == Segmentation::kernel)) return false;
  if (send_singly(run)) segmentation_ = Segmentation::none;
  return true;
}

bool SendBatch::send_singly(const Run& run) {
  bool any = false;
  for (std::size_t done = 0; done < run.bytes; done += run.segment) {
    auto sent = send_one(run, run.offset + done, std::min(run.segment, run.bytes - done));
    any = any || sent;
  }
  return any;
}

bool SendBatch::send_one(const Run& run, std::size_t offset, std::size_t size) {
  sockaddr_storage remote{};
  alignas(cmsghdr) std::array<std::uint8_t, kPacketInfoSpace> control{};
  iovec vector{memory_.get() + offset, size};
  msghdr message{};
  message.msg_name = &remote;
  message.msg_namelen = to_sockaddr(run.tuple.remote, family_, remote);
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  leave_from(message, run.tuple.local, family_);
  while (sendmsg(socket_, &message, MSG_DONTWAIT) < 0) {
    if (errno == EINTR) continue;
    ++drops_;
    return false;
  }
  return true;
}

}  // namespace classcast::relay
