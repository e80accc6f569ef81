// SPDX-License-Identifier: MIT
#include "bench/load/http.hpp"

#include "base/strings.hpp"
#include "relay/udp_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>

namespace classcast::load {

namespace {

using relay::Descriptor;

Result<Descriptor> connect_to(std::uint16_t port) {
  Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return fail(Errc::unavailable, "cannot connect to port {}: {}", port, std::strerror(errno));
  }
  return fd;
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 16384> buffer{};
  for (ssize_t got; (got = read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Result<HttpReply> parse(std::string_view text) {
  constexpr std::string_view kVersion = "HTTP/1.x ";
  auto end = text.find("\r\n\r\n");
  if (text.substr(0, 7) != kVersion.substr(0, 7) || end == std::string_view::npos) {
    return fail(Errc::invalid, "this is not an HTTP reply: \"{}\"", printable(text.substr(0, 80)));
  }
  HttpReply reply;
  reply.status = static_cast<int>(parse_int(text.substr(kVersion.size(), 3)).value_or(0));
  for (auto line : split(text.substr(0, end), '\n')) {
    auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    reply.headers[lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
  }
  reply.body = text.substr(end + 4);
  return reply;
}

}  // namespace

Result<HttpReply> Http::request(std::string_view method, std::string_view path, std::string_view content_type,
                                std::string_view body) const {
  auto fd = connect_to(port_);
  if (!fd) return fail(fd);
  // Version 1.0: no chunks, and the end of the connection is the end of the reply.
  auto text = fmt::format("{} {} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n", method, path, port_);
  if (!content_type.empty()) text += fmt::format("Content-Type: {}\r\n", content_type);
  text += fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
  if (write(fd->get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return fail(Errc::unavailable, "port {} hung up", port_);
  }
  return parse(read_all(fd->get()));
}

}  // namespace classcast::load
