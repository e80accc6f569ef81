// SPDX-License-Identifier: MIT
// Between rtc::Address and the kernel's sockaddr and packet-info structures.
#pragma once

#include "rtc/address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

namespace classcast::relay {

/// `family` is the socket's: on an AF_INET6 socket IPv4 addresses are written in mapped form.
socklen_t to_sockaddr(const rtc::Address& address, int family, sockaddr_storage& out);
std::optional<rtc::Address> from_sockaddr(const sockaddr& address);

/// Room for one IP_PKTINFO or IPV6_PKTINFO message.
inline constexpr std::size_t kPacketInfoSpace = CMSG_SPACE(sizeof(in6_pktinfo));

/// The address that a received datagram was sent to.
std::optional<rtc::Address> spoken_to(msghdr& message, std::uint16_t port);
/// Makes `message`, whose control buffer has kPacketInfoSpace, leave from `source`.
void leave_from(msghdr& message, const rtc::Address& source, int family);

}  // namespace classcast::relay
