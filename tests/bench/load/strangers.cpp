// SPDX-License-Identifier: MIT
#include "bench/load/strangers.hpp"

#include "base/clock.hpp"
#include "relay/socket_address.hpp"
#include "rtc/ice_credentials.hpp"
#include "rtc/rtp.hpp"
#include "rtc/stun.hpp"

#include <sys/socket.h>

#include <array>
#include <random>

namespace classcast::load {

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

void scribble(Random& random, MutableBytes octets) {
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
}

Buffer noise(Random& random) {
  constexpr std::size_t kLongest = 1400;
  Buffer datagram(1 + below(random, kLongest));
  scribble(random, datagram);
  return datagram;
}

/// A sound check, for a session that does not exist.
Buffer check(Random& random) {
  Buffer datagram(512);
  rtc::TransactionId id{};
  scribble(random, id);
  auto ours = rtc::IceCredentials::random();
  auto theirs = rtc::IceCredentials::random();
  auto written = rtc::StunBuilder(datagram, rtc::StunClass::request, id)
                     .username("A" + ours.ufrag + ":" + theirs.ufrag)
                     .finish(ours.pwd.reveal());
  datagram.resize(written.size());
  return datagram;
}

/// What looks like SRTP.
Buffer media(Random& random) {
  Buffer payload(1100);
  scribble(random, payload);
  Buffer datagram(rtc::kMaxDatagram);
  rtc::RtpHeader header{.payload_type = 96,
                        .seq = static_cast<std::uint16_t>(random()),
                        .ssrc = {static_cast<std::uint32_t>(random())}};
  datagram.resize(rtc::write_rtp(datagram, header, payload));
  return datagram;
}

/// The head of a ClientHello (RFC 6347 §4.1) with noise behind it.
Buffer hello(Random& random) {
  constexpr std::array<std::uint8_t, 13> kRecord = {22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200};
  Buffer datagram(kRecord.size() + 200);
  scribble(random, datagram);
  std::copy(kRecord.begin(), kRecord.end(), datagram.begin());
  return datagram;
}

Buffer sound(Random& random, std::size_t which) {
  constexpr std::size_t kKinds = 3;
  if (which % kKinds == 0) return check(random);
  return which % kKinds == 1 ? media(random) : hello(random);
}

Buffer mutated(Random& random, std::size_t which) {
  constexpr int kChanges = 3;
  auto datagram = sound(random, which);
  for (int i = 0; i < kChanges; ++i)
    datagram[below(random, datagram.size())] = static_cast<std::uint8_t>(random());
  if (which % 4 == 0) datagram.resize(1 + below(random, datagram.size()));
  return datagram;
}

}  // namespace

std::vector<Buffer> hostile_datagrams(std::size_t count) {
  Random random(7);
  std::vector<Buffer> datagrams;
  for (std::size_t i = 0; i < count; i += 3) {
    datagrams.push_back(noise(random));
    datagrams.push_back(mutated(random, i / 3));
    datagrams.push_back(sound(random, i / 3));
  }
  return datagrams;
}

Strangers::Strangers(const rtc::Address& target, double bits_per_second)
    : datagrams_(hostile_datagrams(3000)) {
  constexpr double kBitsPerByte = 8;
  sockaddr_storage address{};
  auto size = relay::to_sockaddr(target, AF_INET, address);
  for (std::size_t i = 0; i < kSockets; ++i) {
    relay::Descriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) continue;
    sockets_.push_back(std::move(fd));
  }
  thread_ = std::thread([this, bits_per_second] { run(bits_per_second / kBitsPerByte); });
}

Strangers::~Strangers() {
  running_ = false;
  thread_.join();
}

/// A batch from the next socket; returns its octets.
std::size_t Strangers::send_some(std::size_t& at) {
  constexpr std::size_t kBatch = 32;
  std::array<iovec, kBatch> vectors{};
  std::array<mmsghdr, kBatch> messages{};
  std::size_t octets = 0;
  for (std::size_t i = 0; i < kBatch; ++i) {
    auto& datagram = datagrams_[(at * kBatch + i) % datagrams_.size()];
    vectors[i] = {datagram.data(), datagram.size()};
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    octets += datagram.size();
  }
  auto taken = sendmmsg(sockets_[at++ % sockets_.size()].get(), messages.data(), kBatch, 0);
  if (taken > 0) sent_ += static_cast<std::uint64_t>(taken);
  return octets;
}

void Strangers::run(double bytes_per_second) {
  constexpr double kNanoseconds = 1e9;
  std::size_t at = 0;
  auto due = now();
  while (running_ && !sockets_.empty()) {
    due += Duration(
        static_cast<std::int64_t>(static_cast<double>(send_some(at)) / bytes_per_second * kNanoseconds));
    std::this_thread::sleep_until(due);
    // What a core does not carry is not made up for later.
    due = std::max(due, now() - 5ms);
  }
}

}  // namespace classcast::load
