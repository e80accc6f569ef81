// SPDX-License-Identifier: MIT
#include "bench/load/ceiling.hpp"

#include "bench/load/camera.hpp"
#include "bench/load/receive_batch.hpp"
#include "relay/udp_socket.hpp"
#include "rtc/rtp.hpp"
#include "rtc/srtp_gcm.hpp"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace classcast::load {

namespace {

constexpr std::size_t kReceivers = 200;
constexpr std::size_t kFrame = 10;  // packets
constexpr std::size_t kSealed = kPacketBytes + rtc::kSrtpOverhead;

/// Sockets whose datagrams a thread takes and throws away.
class Drain {
 public:
  Drain() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < kReceivers; ++i) add();
    thread_ = std::thread([this] { run(); });
  }
  ~Drain() {
    running_ = false;
    thread_.join();
  }
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;
  [[nodiscard]] const std::vector<sockaddr_in>& addresses() const { return addresses_; }

 private:
  void add() {
    relay::Descriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) {
      std::perror("bind");
      std::exit(EX_OSERR);
    }
    getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd.get();
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event);
    addresses_.push_back(address);
    sockets_.push_back(std::move(fd));
  }
  void run() {
    ReceiveBatch<rtc::RtpPacket::kFixedHeader> batch;
    std::array<epoll_event, 64> events{};
    while (running_) {
      auto count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 10);
      for (int i = 0; i < count; ++i) batch.receive(events[static_cast<std::size_t>(i)].data.fd, false);
    }
  }
  relay::Descriptor epoll_;
  std::vector<relay::Descriptor> sockets_;
  std::vector<sockaddr_in> addresses_;
  std::atomic<bool> running_ = true;
  std::thread thread_;
};

struct Frame {
  std::array<std::uint8_t, kFrame * kSealed> data;
  std::uint64_t index = 0;

  void seal(rtc::GcmCipher& cipher, Bytes plain) {
    for (std::size_t i = 0; i < kFrame; ++i) {
      auto packet = MutableBytes(data).subspan(i * kSealed, kSealed);
      std::copy(plain.begin(), plain.end(), packet.begin());
      constexpr auto kHeader = rtc::RtpPacket::kFixedHeader;
      cipher.seal(rtc::gcm_rtp_iv({1}, index++, {}), packet.first(kHeader),
                  packet.subspan(kHeader, kPacketBytes - kHeader), packet.subspan(kPacketBytes));
    }
  }
};

void send_segmented(int fd, Frame& frame, const sockaddr_in& to) {
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint16_t))> control{};
  iovec vector{frame.data.data(), frame.data.size()};
  msghdr message{};
  message.msg_name = const_cast<sockaddr_in*>(&to);
  message.msg_namelen = sizeof to;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
  std::uint16_t size = kSealed;
  std::memcpy(CMSG_DATA(header), &size, sizeof size);
  [[maybe_unused]] auto sent = sendmsg(fd, &message, 0);
}

void send_plain(int fd, Frame& frame, const sockaddr_in& to) {
  std::array<iovec, kFrame> vectors{};
  std::array<mmsghdr, kFrame> messages{};
  for (std::size_t i = 0; i < kFrame; ++i) {
    vectors[i] = {frame.data.data() + i * kSealed, kSealed};
    auto& message = messages[i].msg_hdr;
    message.msg_name = const_cast<sockaddr_in*>(&to);
    message.msg_namelen = sizeof to;
    message.msg_iov = &vectors[i];
    message.msg_iovlen = 1;
  }
  [[maybe_unused]] auto sent = sendmmsg(fd, messages.data(), kFrame, 0);
}

Duration thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Duration ceiling(SendMode mode, Duration run) {
  Drain drain;
  relay::Descriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::vector<rtc::GcmCipher> ciphers;
  for (std::size_t i = 0; i < kReceivers; ++i) {
    auto cipher = rtc::GcmCipher::create(rtc::GcmCipher::Mode::seal, {static_cast<std::uint8_t>(i)});
    if (!cipher) return {};
    ciphers.push_back(std::move(*cipher));
  }
  Frame frame{};
  const Buffer plain(kPacketBytes, 0x55);
  std::int64_t packets = 0;
  auto begin = thread_time();
  for (auto end = now() + run; now() < end;) {
    for (std::size_t i = 0; i < kReceivers; ++i, packets += kFrame) {
      frame.seal(ciphers[i], plain);
      mode == SendMode::segmented ? send_segmented(fd.get(), frame, drain.addresses()[i])
                                  : send_plain(fd.get(), frame, drain.addresses()[i]);
    }
  }
  return (thread_time() - begin) / packets;
}

}  // namespace classcast::load
