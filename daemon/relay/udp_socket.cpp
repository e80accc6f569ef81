// SPDX-License-Identifier: MIT
#include "relay/udp_socket.hpp"

#include "relay/socket_address.hpp"
#include "rtc/rtp.hpp"

#include <linux/sock_diag.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace classcast::relay {

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

namespace {

// Received datagrams may be larger than ours: a jumbo frame must not be cut off unnoticed.
constexpr std::size_t kSlotBytes = UdpSocket::kMaxReceived;

int family_of(const rtc::Address& address) {
  return address.family() == rtc::Address::Family::v4 ? AF_INET : AF_INET6;
}

bool set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

int get_option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

Result<rtc::Address> bound_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
  auto address = from_sockaddr(reinterpret_cast<sockaddr&>(storage));
  if (!address) return fail(Errc::internal, "the media socket has no address");
  return *address;
}

}  // namespace

struct UdpSocket::Batch {
  struct Slot {
    std::array<std::uint8_t, kSlotBytes> data;
    sockaddr_storage remote;
    alignas(cmsghdr) std::array<std::uint8_t, kPacketInfoSpace> control;
    iovec vector;
  };
  std::array<Slot, kBatch> slots;
  std::array<mmsghdr, kBatch> messages;

  Batch() {
    for (std::size_t i = 0; i < kBatch; ++i) reset(i);
  }
  void reset(std::size_t i) {
    auto& slot = slots[i];
    slot.vector = {slot.data.data(), slot.data.size()};
    messages[i] = {};
    auto& header = messages[i].msg_hdr;
    header.msg_name = &slot.remote;
    header.msg_namelen = sizeof slot.remote;
    header.msg_iov = &slot.vector;
    header.msg_iovlen = 1;
    header.msg_control = slot.control.data();
    header.msg_controllen = slot.control.size();
  }
};

UdpSocket::UdpSocket(Descriptor fd, const rtc::Address& local, const UdpOptions& options)
    : fd_(std::move(fd)),
      local_(local),
      in_(std::make_unique<Batch>()),
      out_(fd_.get(), family_of(local), options.segmentation) {}

UdpSocket::~UdpSocket() = default;

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind(const rtc::Address& address, const UdpOptions& options) {
  auto family = family_of(address);
  Descriptor fd(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return fail(Errc::internal, "cannot make a UDP socket: {}", std::strerror(errno));
  if (family == AF_INET6) {
    set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    set_option(fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  } else {
    set_option(fd.get(), IPPROTO_IP, IP_PKTINFO, 1);
  }
  set_option(fd.get(), SOL_SOCKET, SO_RCVBUF, options.buffers.receive_bytes);
  set_option(fd.get(), SOL_SOCKET, SO_SNDBUF, options.buffers.send_bytes);
  if (options.sharing == PortSharing::group) set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  sockaddr_storage storage{};
  auto size = to_sockaddr(address, family, storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    return fail(Errc::unavailable, "cannot listen on UDP {}: {}", address.text(), std::strerror(errno));
  }
  auto local = bound_address(fd.get());
  if (!local) return fail(local);
  return std::unique_ptr<UdpSocket>(new UdpSocket(std::move(fd), *local, options));
}

SocketBuffers UdpSocket::granted() const {
  constexpr int kBookkeeping = 2;  // socket(7): the kernel doubles the value
  return {get_option(fd(), SOL_SOCKET, SO_RCVBUF) / kBookkeeping,
          get_option(fd(), SOL_SOCKET, SO_SNDBUF) / kBookkeeping};
}

std::uint32_t UdpSocket::kept_back() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  auto known = getsockopt(fd(), SOL_SOCKET, SO_MEMINFO, info.data(), &size) == 0;
  return known ? info[SK_MEMINFO_DROPS] : 0;
}

bool UdpSocket::receive(const Handler& handler) {
  auto count = recvmmsg(fd(), in_->messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return false;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    auto& slot = in_->slots[i];
    auto& header = in_->messages[i].msg_hdr;
    auto remote = from_sockaddr(reinterpret_cast<const sockaddr&>(slot.remote));
    auto local = spoken_to(header, local_.port());
    auto size = in_->messages[i].msg_len;
    bool whole = (header.msg_flags & MSG_TRUNC) == 0;
    if (remote && whole) {
      handler({local.value_or(local_), *remote, rtc::Transport::udp}, MutableBytes(slot.data).first(size));
    }
    in_->reset(i);
  }
  return static_cast<std::size_t>(count) == kBatch;
}

}  // namespace classcast::relay
