// SPDX-License-Identifier: MIT
#include "rtc/datagram_bio.hpp"

#include <algorithm>
#include <memory>

namespace classcast::rtc {

namespace {

DatagramPort& port_of(BIO* bio) {
  return *static_cast<DatagramPort*>(BIO_get_data(bio));
}

int write_datagram(BIO* bio, const char* data, int size) {
  port_of(bio).outbound({reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
  return size;
}

/// What does not fit is lost, as with a socket.
int read_datagram(BIO* bio, char* out, int size) {
  auto& inbound = port_of(bio).inbound;
  BIO_clear_retry_flags(bio);
  if (inbound.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  auto count = std::min(inbound.size(), static_cast<std::size_t>(size));
  std::copy_n(inbound.begin(), count, reinterpret_cast<std::uint8_t*>(out));
  inbound = {};
  return static_cast<int>(count);
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

struct MethodFree {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

BIO_METHOD* datagram_method() {
  static const std::unique_ptr<BIO_METHOD, MethodFree> kMethod = [] {
    std::unique_ptr<BIO_METHOD, MethodFree> method(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram"));
    if (method) {
      BIO_meth_set_write(method.get(), write_datagram);
      BIO_meth_set_read(method.get(), read_datagram);
      BIO_meth_set_ctrl(method.get(), control);
    }
    return method;
  }();
  return kMethod.get();
}

}  // namespace

BIO* new_datagram_bio(DatagramPort& port) {
  auto* method = datagram_method();
  auto* bio = method != nullptr ? BIO_new(method) : nullptr;
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &port);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace classcast::rtc
