// SPDX-License-Identifier: MIT
// Transports: where the datagrams of one media thread leave, by UDP or by the peer's TCP connection.
#pragma once

#include "relay/tcp_connections.hpp"
#include "relay/udp_socket.hpp"

namespace classcast::relay {

class Transports final : public DatagramSink {
 public:
  Transports(UdpSocket& udp, TcpConnections& tcp) : udp_(udp), tcp_(tcp) {}

  MutableBytes space() override { return udp_.space(); }
  void send(const rtc::Tuple& tuple, Bytes datagram) override {
    if (tuple.transport == rtc::Transport::udp) {
      udp_.send(tuple, datagram);
    } else {
      tcp_.send(tuple, datagram);
    }
  }
  void flush(Instant now) {
    udp_.flush();
    tcp_.flush(now);
  }

 private:
  UdpSocket& udp_;
  TcpConnections& tcp_;
};

}  // namespace classcast::relay
