// SPDX-License-Identifier: MIT
#include "bench/load/relay_process.hpp"

#include "relay/udp_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace classcast::load {

namespace {

std::string configuration(const RelayOptions& options, std::uint16_t http_port) {
  return fmt::format(
      "[http]\nlisten = 127.0.0.1:{}\n"
      "[media]\nlisten = {}:0\nthreads = {}\nsegmentation = {}\n"
      "[tokens]\nrequired = no\n"
      "[limits]\nsessions = 100000\nsessions_per_room = 100000\nrooms = 1000\nrequests_per_second = 100000\n",
      http_port, options.media_address, options.threads, options.segmentation);
}

Result<void> answers(const Process& process, const Http& http) {
  for (int tries = 0; tries < 500; ++tries) {
    if (auto reply = http.request("GET", "/healthz"); reply && reply->status == 200) return {};
    if (!process.running()) break;
    std::this_thread::sleep_for(10ms);
  }
  return fail(Errc::unavailable, "classcast-relay does not answer");
}

std::string first_lines(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text(2000, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

std::uint16_t free_tcp_port() {
  relay::Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::filesystem::path make_folder() {
  auto name = (std::filesystem::temp_directory_path() / "classcast-bench-XXXXXX").string();
  return mkdtemp(name.data()) != nullptr ? std::filesystem::path(name) : std::filesystem::path();
}

Result<RelayProcess> RelayProcess::start(const RelayOptions& options) {
  auto folder = make_folder();
  Http http(free_tcp_port());
  std::ofstream(folder / "relay.conf") << configuration(options, http.port());
  // Beside this program, as both are built together.
  auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "classcast-relay";
  auto log = (folder / "log").string();
  auto process = Process::start({program.string(), "--config", (folder / "relay.conf").string()}, log,
                                options.threads == 1 ? Cores::own : Cores::any);
  if (!process) return fail(process);
  RelayProcess relay(folder, std::move(*process), http);
  if (auto ready = answers(relay.process(), http); !ready) {
    return fail(Errc::unavailable, "{}: {}", ready.error().message, first_lines(log));
  }
  return relay;
}

RelayProcess::~RelayProcess() {
  process_ = Process(std::move(process_));
  if (folder_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace classcast::load
