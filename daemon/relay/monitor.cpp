// SPDX-License-Identifier: MIT
#include "relay/monitor.hpp"

#include "base/clock.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <array>
#include <iterator>

namespace classcast::relay {

namespace {

using protocol::ErrorId;

struct Metric {
  const char* name;
  const char* type;
  const char* help;
  std::uint64_t value;
};

/// What is allocated and not freed; what the heap keeps for later is not in it.
std::uint64_t heap_bytes() {
  auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// One metric with a value for each of several labels.
template <std::size_t Count, typename Text>
void write_labelled(std::string& text, const char* name, const char* help, const char* label,
                    const std::array<std::size_t, Count>& values, Text text_of) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "# HELP classcast_relay_{0} {1}\n# TYPE classcast_relay_{0} gauge\n", name, help);
  for (std::size_t i = 0; i < Count; ++i) {
    fmt::format_to(out, "classcast_relay_{}{{{}=\"{}\"}} {}\n", name, label, text_of(i), values[i]);
  }
}

}  // namespace

std::string metrics_text(const SessionTotals& totals, std::uint64_t rejected_tokens) {
  const std::array metrics = {
      Metric{"sessions", "gauge", "WHIP and WHEP sessions.", totals.sessions},
      Metric{"publishers", "gauge", "Connected publishers.", totals.publishers},
      Metric{"viewers", "gauge", "Connected viewers.", totals.viewers},
      Metric{"sessions_opened_total", "counter", "Sessions opened since the start.", totals.opened},
      Metric{"packets_received_total", "counter", "RTP packets from publishers.", totals.packets_in},
      Metric{"bytes_received_total", "counter", "RTP bytes from publishers.", totals.bytes_in},
      Metric{"packets_sent_total", "counter", "RTP packets to viewers.", totals.packets_out},
      Metric{"bytes_sent_total", "counter", "RTP bytes to viewers.", totals.bytes_out},
      Metric{"packets_resent_total", "counter", "RTP packets that a NACK asked for.", totals.resent},
      Metric{"nacks_received_total", "counter", "NACKs of viewers.", totals.nacks_in},
      Metric{"nacks_sent_total", "counter", "NACKs to publishers.", totals.nacks_out},
      Metric{"keyframe_requests_received_total", "counter", "PLI and FIR of viewers.", totals.plis_in},
      Metric{"keyframe_requests_sent_total", "counter", "PLI to publishers.", totals.plis_out},
      Metric{"publishers_paused", "gauge", "Publishers asked to pause, because nobody watches.",
             totals.paused},
      Metric{"pauses_sent_total", "counter", "PAUSE requests to publishers (RFC 7728).", totals.pauses_out},
      Metric{"resumes_sent_total", "counter", "RESUME requests to publishers (RFC 7728).",
             totals.resumes_out},
      Metric{"layer_switches_total", "counter", "Moves of a viewer from one layer to another.",
             totals.switches},
      Metric{"probe_packets_sent_total", "counter", "Packets sent to find out what a path carries.",
             totals.probe_packets},
      Metric{"stranger_datagrams_total", "counter", "Datagrams of no session.", totals.strangers},
      Metric{"kept_back_datagrams_total", "counter", "Datagrams that the kernel dropped at the media port.",
             totals.kept_back},
      Metric{"tokens_rejected_total", "counter", "Requests with a missing, bad or foreign token.",
             rejected_tokens},
      Metric{"heap_bytes", "gauge", "Memory that is allocated.", heap_bytes()},
  };
  std::string text;
  for (const auto& metric : metrics) {
    fmt::format_to(
        std::back_inserter(text),
        "# HELP classcast_relay_{0} {1}\n# TYPE classcast_relay_{0} {2}\nclasscast_relay_{0} {3}\n",
        metric.name, metric.help, metric.type, metric.value);
  }
  write_labelled(text, "viewers_by_quality", "Connected viewers, by how well media arrives.", "quality",
                 totals.viewer_quality, [](std::size_t i) { return quality_text(static_cast<Quality>(i)); });
  write_labelled(text, "viewers_by_layer", "Connected viewers, by the layer they get.", "layer",
                 totals.viewer_layer, [](std::size_t i) { return layer_text(static_cast<LayerName>(i)); });
  return text;
}

void Monitor::handle(const HttpRequest& request, Respond respond) {
  if (request.method != "GET" && request.method != "HEAD") {
    return respond(
        problem_reply({ErrorId::method_not_allowed, "Only GET.", std::nullopt}).with("Allow", "GET, HEAD"));
  }
  if (request.path == "/status") return status(request, std::move(respond));
  if (request.path == "/metrics") return metrics(std::move(respond));
  if (request.path == "/readyz") return ready(std::move(respond));
  if (request.path == "/healthz") return respond({200, {}, "text/plain", "ok\n"});
  respond(problem_reply({ErrorId::not_found, "There is nothing here.", std::nullopt}));
}

void Monitor::status(const HttpRequest& request, Respond respond) {
  if (auto token = access_.endpoint(request, protocol::Right::observe, "*"); !token) {
    return respond(problem_reply(token.error()));
  }
  gateway_.status([this, respond = std::move(respond)](protocol::RelayStatus status) {
    status.now_ms = unix_ms();
    status.started_ms = started_ms_;
    respond({200, {}, "application/json", to_json(status)});
  });
}

void Monitor::metrics(Respond respond) {
  gateway_.totals([this, respond = std::move(respond)](const SessionTotals& totals) {
    respond({200, {}, "text/plain; version=0.0.4", metrics_text(totals, access_.rejected())});
  });
}

void Monitor::ready(Respond respond) {
  if (!access_.ready(now())) {
    return respond(
        problem_reply({ErrorId::unavailable, "The key that tokens are checked with is missing.", 2}));
  }
  // The answer has been through the media thread: it is alive too.
  gateway_.totals([respond = std::move(respond)](const SessionTotals&) {
    respond({200, {}, "text/plain", "ready\n"});
  });
}

}  // namespace classcast::relay
