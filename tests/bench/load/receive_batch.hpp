// SPDX-License-Identifier: MIT
// ReceiveBatch: many datagrams by one system call, of each no more than `Size` octets.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <ctime>

namespace classcast::load {

template <std::size_t Size>
struct ReceiveBatch {
  static constexpr std::size_t kMessages = 64;
  struct Slot {
    std::array<std::uint8_t, Size> data;
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(timespec))> control;
    iovec vector;
  };
  std::array<Slot, kMessages> slots;
  std::array<mmsghdr, kMessages> messages;

  /// How many came; with the kernel's time stamps, if the socket has them.
  std::size_t receive(int fd, bool stamped) {
    for (std::size_t i = 0; i < kMessages; ++i) {
      auto& slot = slots[i];
      slot.vector = {slot.data.data(), slot.data.size()};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &slot.vector;
      messages[i].msg_hdr.msg_iovlen = 1;
      if (!stamped) continue;
      messages[i].msg_hdr.msg_control = slot.control.data();
      messages[i].msg_hdr.msg_controllen = slot.control.size();
    }
    auto count = recvmmsg(fd, messages.data(), kMessages, MSG_DONTWAIT, nullptr);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }
};

}  // namespace classcast::load
