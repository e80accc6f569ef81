// SPDX-License-Identifier: MIT
#include "relay/eviction_api.hpp"

#include "glib/log.hpp"
#include "protocol/json.hpp"

#include <fmt/format.h>

namespace classcast::relay {

namespace {

struct Order {
  Eviction eviction;
  std::int64_t until_ms;
};

Result<Order> read_order(std::string_view body) {
  auto reader = protocol::JsonReader::parse(body);
  if (!reader) return fail(reader);
  Order order{{reader->optional_text("sub").value_or(""), reader->optional_text("room").value_or("")},
              reader->integer("until_ms")};
  if (auto finished = reader->finish(); !finished) return fail(finished);
  if (order.eviction.sub.empty() && order.eviction.room.empty())
    return fail(Errc::invalid, "name \"sub\", \"room\" or both");
  return order;
}

HttpReply evicted_reply(std::size_t ended) {
  return {200,
          {},
          "application/json",
          protocol::JsonWriter().integer("ended", static_cast<std::int64_t>(ended)).finish()};
}

}  // namespace

void EvictionApi::handle(const HttpRequest& request, Respond respond) {
  using protocol::ErrorId;
  if (request.method != "POST") {
    return respond(
        problem_reply({ErrorId::method_not_allowed, "Only POST.", std::nullopt}).with("Allow", "POST"));
  }
  auto token = access_.endpoint(request, protocol::Right::end, "*");
  if (!token) return respond(problem_reply(token.error()));
  auto order = read_order(request.body);
  if (!order) return respond(problem_reply({ErrorId::bad_request, order.error().message, std::nullopt}));
  access_.evict(order->eviction, order->until_ms);
  gateway_.evict(order->eviction,
                 [respond = std::move(respond), eviction = order->eviction](std::size_t ended) {
                   if (ended != 0) {
                     glib::log::info("relay", "the server ended {} sessions of {} in {}", ended,
                                     eviction.sub.empty() ? "everybody" : eviction.sub,
                                     eviction.room.empty() ? "every room" : eviction.room);
                   }
                   respond(evicted_reply(ended));
                 });
}

}  // namespace classcast::relay
