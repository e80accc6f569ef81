// SPDX-License-Identifier: MIT
#include "relay/socket_filter.hpp"

#include <linux/filter.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

namespace classcast::relay {

namespace {

// The program sees the UDP header first.
constexpr std::uint32_t kPayload = 8;
/// RFC 8489 §5: the cookie stands behind type and length.
constexpr std::uint32_t kStunCookieAt = kPayload + 4;
constexpr std::uint32_t kStunCookie = 0x2112A442;
/// RFC 6347 §4.1: content type, then the version; {254, 255} is DTLS 1.0, which a first ClientHello shows.
constexpr std::uint32_t kDtlsVersionAt = kPayload + 1;
constexpr std::uint32_t kDtls10 = 0xfeff;
constexpr std::uint32_t kDtls12 = 0xfefd;
/// RFC 3711 §3: the shortest SRTP packet, or SRTCP packet with its index, with a tag of 80 bits.
constexpr std::uint32_t kShortestSrtp = kPayload + 22;

constexpr sock_filter statement(unsigned code, std::uint32_t value) {
  return {static_cast<std::uint16_t>(code), 0, 0, value};
}
constexpr sock_filter jump(unsigned condition, std::uint32_t value, unsigned char yes, unsigned char no) {
  return {static_cast<std::uint16_t>(BPF_JMP | condition | BPF_K), yes, no, value};
}

// Jumps count from the next line. A load behind the datagram's end refuses it.
constexpr std::array<sock_filter, 15> kProgram = {
    statement(BPF_LD | BPF_B | BPF_ABS, kPayload),        // 0: the first octet (RFC 7983 §7)
    jump(BPF_JGT, 3, 2, 0),                               // 1: [0..3] is STUN
    statement(BPF_LD | BPF_W | BPF_ABS, kStunCookieAt),   // 2
    jump(BPF_JEQ, kStunCookie, 9, 10),                    // 3
    jump(BPF_JGE, 20, 0, 9),                              // 4
    jump(BPF_JGT, 25, 3, 0),                              // 5: [20..25] is DTLS 1.2, of [20..63]
    statement(BPF_LD | BPF_H | BPF_ABS, kDtlsVersionAt),  // 6
    jump(BPF_JEQ, kDtls12, 5, 0),                         // 7
    jump(BPF_JEQ, kDtls10, 4, 5),                         // 8
    jump(BPF_JGE, 128, 0, 4),                             // 9: [128..191] is RTP or RTCP
    jump(BPF_JGT, 191, 3, 0),                             // 10
    statement(BPF_LD | BPF_W | BPF_LEN, 0),               // 11
    jump(BPF_JGE, kShortestSrtp, 0, 1),                   // 12
    statement(BPF_RET | BPF_K, 0xffffffff),               // 13: taken whole
    statement(BPF_RET | BPF_K, 0),                        // 14: refused
};

}  // namespace

bool refuse_noise(int socket) {
  sock_fprog program{kProgram.size(), const_cast<sock_filter*>(kProgram.data())};
  return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

}  // namespace classcast::relay
