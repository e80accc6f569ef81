// SPDX-License-Identifier: MIT
#include "relay/socket_address.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace classcast::relay {

namespace {

constexpr std::size_t kMappedPrefix = 12;  // ::ffff:0:0/96, RFC 4291 §2.5.5.2

in_addr to_in_addr(const rtc::Address& address) {
  in_addr out{};
  std::memcpy(&out, address.octets().data(), sizeof out);
  return out;
}

in6_addr to_in6_addr(const rtc::Address& address) {
  in6_addr out{};
  auto octets = address.octets();
  if (address.family() == rtc::Address::Family::v4) {
    out.s6_addr[kMappedPrefix - 2] = out.s6_addr[kMappedPrefix - 1] = 0xff;
    std::copy(octets.begin(), octets.end(), out.s6_addr + kMappedPrefix);
  } else {
    std::copy(octets.begin(), octets.end(), out.s6_addr);
  }
  return out;
}

rtc::Address from_in_addr(const in_addr& in, std::uint16_t port) {
  std::array<std::uint8_t, 4> octets{};
  std::memcpy(octets.data(), &in, octets.size());
  return rtc::Address::v4(octets, port);
}

rtc::Address from_in6_addr(const in6_addr& in, std::uint16_t port) {
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), &in, octets.size());
  return rtc::Address::v6(octets, port);
}

template <typename Info>
void set_info(msghdr& message, int level, int type, const Info& info) {
  message.msg_controllen = CMSG_SPACE(sizeof info);
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

}  // namespace

socklen_t to_sockaddr(const rtc::Address& address, int family, sockaddr_storage& out) {
  if (family == AF_INET) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port());
    in.sin_addr = to_in_addr(address);
    std::memcpy(&out, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(address.port());
  in.sin6_addr = to_in6_addr(address);
  std::memcpy(&out, &in, sizeof in);
  return sizeof in;
}

std::optional<rtc::Address> from_sockaddr(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return from_in_addr(in.sin_addr, ntohs(in.sin_port));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    return from_in6_addr(in.sin6_addr, ntohs(in.sin6_port));
  }
  return std::nullopt;
}

std::optional<rtc::Address> spoken_to(msghdr& message, std::uint16_t port) {
  for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      return from_in_addr(info.ipi_addr, port);
    }
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      return from_in6_addr(info.ipi6_addr, port);
    }
  }
  return std::nullopt;
}

void leave_from(msghdr& message, const rtc::Address& source, int family) {
  if (family == AF_INET) {
    in_pktinfo info{};
    info.ipi_spec_dst = to_in_addr(source);
    set_info(message, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    info.ipi6_addr = to_in6_addr(source);
    set_info(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

}  // namespace classcast::relay
