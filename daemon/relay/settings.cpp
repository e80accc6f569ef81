// SPDX-License-Identifier: MIT
#include "relay/settings.hpp"

#include "base/strings.hpp"
#include "glib/config.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace classcast::relay {

namespace {

using glib::Config;

const std::array<glib::ConfigSection, 6> kSections = {{
    {"http", {"listen", "if_match", "redirect_to", "redirect_when"}},
    {"media",
     {"listen", "tcp_listen", "announce", "skip_interfaces", "offer_networks", "receive_buffer_kib",
      "send_buffer_kib", "max_publish_kbps", "threads", "segmentation"}},
    {"cache", {"video_kib", "gop_age"}},
    {"tokens", {"public_key_file", "required"}},
    {"turn", {"uris", "secret_file", "lifetime"}},
    {"limits", {"sessions", "sessions_per_room", "rooms", "requests_per_second"}},
}};

constexpr std::size_t kKib = 1024;
constexpr std::int64_t kBitsPerKilobit = 1000;

constexpr std::int64_t kMaxMediaThreads = 16;
static_assert(kMaxMediaThreads <= Shard::kMax);

/// One core forwards more than a gigabit's worth; more threads than this only pass datagrams to each other.
std::size_t threads_for_this_machine() {
  constexpr std::size_t kMostByDefault = 4;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostByDefault);
}

/// "127.0.0.1:8445" or "[::1]:8445".
std::optional<rtc::Address> parse_listen(std::string_view text) {
  constexpr std::int64_t kMaxPort = 65535;
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto port = parse_int(text.substr(colon + 1));
  if (!port || *port < 0 || *port > kMaxPort) return std::nullopt;
  auto host = text.substr(0, colon);
  bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!bracketed && host.find(':') != std::string_view::npos) return std::nullopt;
  return rtc::Address::parse(bracketed ? host.substr(1, host.size() - 2) : host,
                             static_cast<std::uint16_t>(*port));
}

Result<rtc::Address> listen_address(const Config& config, const char* section, const char* key,
                                    const std::string& otherwise) {
  auto text = config.text(section, key, otherwise);
  if (auto address = parse_listen(text)) return *address;
  return tl::make_unexpected(
      config.refuse(section, key,
                    fmt::format("\"{}\" is not an address with a port such as 127.0.0.1:8445 or [::1]:8445",
                                printable(text))));
}

/// Where ICE-TCP listens: by default at the media address, one port further.
Result<std::optional<rtc::Address>> tcp_address(const Config& config, const rtc::Address& media) {
  if (config.text("media", "tcp_listen") == "off") return std::optional<rtc::Address>();
  constexpr std::uint16_t kHighestPort = 65535;
  bool room = media.port() != 0 && media.port() != kHighestPort;
  auto port = static_cast<std::uint16_t>(room ? media.port() + 1 : 0);
  auto next = rtc::Address::parse(media.ip_text(), port)->text();
  auto address = listen_address(config, "media", "tcp_listen", next);
  if (!address) return fail(address);
  return std::optional(*address);
}

std::vector<std::string> words(const std::string& list) {
  std::vector<std::string> found;
  for (auto part : split(list, ',')) {
    if (auto word = trim(part); !word.empty()) found.emplace_back(word);
  }
  return found;
}

Result<std::vector<rtc::Address>> announced(const Config& config) {
  std::vector<rtc::Address> addresses;
  for (const auto& word : words(config.text("media", "announce"))) {
    auto address = rtc::Address::parse(word, 0);
    if (!address) {
      return tl::make_unexpected(config.refuse(
          "media", "announce", fmt::format("\"{}\" is not an IP address without a port", printable(word))));
    }
    addresses.push_back(*address);
  }
  return addresses;
}

/// Reads numbers and remembers the first fault.
class Numbers {
 public:
  explicit Numbers(const Config& config) : config_(config) {}
  template <typename T>
  void read(const char* section, const char* key, std::int64_t least, std::int64_t most, std::int64_t unit,
            T& out) {
    auto value = config_.integer(section, key, static_cast<std::int64_t>(out) / unit, least, most);
    if (value) {
      out = static_cast<T>(*value * unit);
    } else if (!fault_) {
      fault_ = value.error();
    }
  }
  [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }

 private:
  const Config& config_;
  std::optional<Error> fault_;
};

Result<void> read_numbers(const Config& config, Settings& settings) {
  Numbers numbers(config);
  numbers.read("media", "receive_buffer_kib", 64, 1 << 20, kKib, settings.media.buffers.receive_bytes);
  numbers.read("media", "send_buffer_kib", 64, 1 << 20, kKib, settings.media.buffers.send_bytes);
  numbers.read("media", "max_publish_kbps", 100, 1'000'000, kBitsPerKilobit, settings.limits.max_publish_bps);
  numbers.read("media", "threads", 0, kMaxMediaThreads, 1, settings.media.threads);
  numbers.read("cache", "video_kib", 256, 1 << 20, kKib, settings.limits.cache.video_bytes);
  numbers.read("limits", "sessions", 1, 100'000, 1, settings.limits.sessions);
  numbers.read("limits", "sessions_per_room", 1, 100'000, 1, settings.limits.sessions_per_room);
  numbers.read("limits", "rooms", 1, 10'000, 1, settings.limits.rooms);
  numbers.read("limits", "requests_per_second", 1, 100'000, 1, settings.access.requests_per_second);
  if (numbers.fault()) return tl::make_unexpected(*numbers.fault());
  auto gop_age = config.duration("cache", "gop_age", settings.limits.cache.gop_age);
  if (!gop_age) return fail(gop_age);
  settings.limits.cache.gop_age = *gop_age;
  return {};
}

/// http:// or https://, a host, and nothing that could end a header line.
bool is_http_url(std::string_view text) {
  auto host = text.find("://");
  bool scheme = text.starts_with("http://") || text.starts_with("https://");
  auto plain = [](char c) { return c > ' ' && c < 0x7f; };
  return scheme && text.size() > host + 3 && std::all_of(text.begin(), text.end(), plain);
}

Result<std::vector<Network>> networks(const Config& config) {
  std::vector<Network> found;
  for (const auto& word : words(config.text("media", "offer_networks"))) {
    auto network = Network::parse(word);
    if (!network) {
      return tl::make_unexpected(config.refuse(
          "media", "offer_networks",
          fmt::format("\"{}\" is not a network such as 10.0.0.0/8 or fd00::/8", printable(word))));
    }
    found.push_back(*network);
  }
  return found;
}

Result<void> read_endpoints(const Config& config, EndpointOptions& endpoints) {
  constexpr std::array<std::string_view, 2> kIfMatch = {"optional", "required"};
  constexpr std::array<std::string_view, 2> kWhen = {"full", "always"};
  auto if_match = config.choice("http", "if_match", kIfMatch);
  if (!if_match) return fail(if_match);
  endpoints.if_match = *if_match == kIfMatch[1] ? IfMatch::required : IfMatch::optional;
  auto when = config.choice("http", "redirect_when", kWhen);
  if (!when) return fail(when);
  endpoints.redirect_when = *when == kWhen[1] ? RedirectWhen::always : RedirectWhen::full;
  auto base = config.text("http", "redirect_to");
  while (base.ends_with('/')) base.pop_back();
  if (!base.empty() && !is_http_url(base)) {
    return tl::make_unexpected(
        config.refuse("http", "redirect_to", "must be a URL such as https://relay-2.school.example:8443"));
  }
  endpoints.redirect_to = base;
  return {};
}

/// A secret shorter than this can be guessed from one pair of name and password.
constexpr std::size_t kMinTurnSecret = 16;

Result<void> read_turn(const Config& config, TurnOptions& turn) {
  turn.uris = words(config.text("turn", "uris"));
  for (const auto& uri : turn.uris) {
    if (is_ice_server_uri(uri)) continue;
    return tl::make_unexpected(
        config.refuse("turn", "uris",
                      fmt::format("\"{}\" is not a URI such as turn:turn.school.example:3478?transport=udp",
                                  printable(uri))));
  }
  auto secret = config.secret_file("turn", "secret_file");
  if (!secret) return fail(secret);
  if (std::any_of(turn.uris.begin(), turn.uris.end(), is_turn_uri) &&
      secret->reveal().size() < kMinTurnSecret) {
    return tl::make_unexpected(
        config.refuse("turn", "secret_file",
                      fmt::format("a turn: server needs a file with the secret that it shares with us, of "
                                  "at least {} characters",
                                  kMinTurnSecret)));
  }
  turn.secret = *secret;
  auto lifetime = config.duration("turn", "lifetime", turn.lifetime);
  if (!lifetime) return fail(lifetime);
  turn.lifetime = *lifetime;
  return {};
}

bool is_loopback(const rtc::Address& address) {
  auto text = address.ip_text();
  return text == "::1" || text.substr(0, 4) == "127.";
}

Result<void> read_tokens(const Config& config, Settings& settings) {
  settings.access.public_key_file =
      config.text("tokens", "public_key_file", "/var/lib/classcast/server/token.pub");
  auto required = config.boolean("tokens", "required", true);
  if (!required) return fail(required);
  settings.access.required = *required;
  if (!*required && !is_loopback(settings.http_listen)) {
    return tl::make_unexpected(config.refuse(
        "tokens", "required", "\"no\" is allowed only while [http] listen is a loopback address"));
  }
  return {};
}

}  // namespace

Result<Settings> load_settings(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 2> kSegmentation = {"kernel", "none"};
  auto config = Config::load(file, kSections);
  if (!config) return fail(config);
  Settings settings;
  auto http = listen_address(*config, "http", "listen", "127.0.0.1:8445");
  if (!http) return fail(http);
  settings.http_listen = *http;
  auto media = listen_address(*config, "media", "listen", "0.0.0.0:8443");
  if (!media) return fail(media);
  settings.media.listen = *media;
  auto tcp = tcp_address(*config, *media);
  if (!tcp) return fail(tcp);
  settings.tcp_listen = *tcp;
  settings.tcp_required = config->has("media", "tcp_listen");
  auto segmentation = config->choice("media", "segmentation", kSegmentation);
  if (!segmentation) return fail(segmentation);
  settings.media.segmentation = *segmentation == kSegmentation[1] ? Segmentation::none : Segmentation::kernel;
  if (auto read = read_endpoints(*config, settings.endpoints); !read) return fail(read);
  if (auto read = read_turn(*config, settings.endpoints.turn); !read) return fail(read);
  auto announce = announced(*config);
  if (!announce) return fail(announce);
  settings.announce = *announce;
  settings.skip_interfaces = words(config->text("media", "skip_interfaces"));
  auto offered = networks(*config);
  if (!offered) return fail(offered);
  settings.offer_networks = *offered;
  if (auto read = read_numbers(*config, settings); !read) return fail(read);
  if (settings.media.threads == 0) settings.media.threads = threads_for_this_machine();
  if (auto read = read_tokens(*config, settings); !read) return fail(read);
  return settings;
}

}  // namespace classcast::relay
