// SPDX-License-Identifier: MIT
// What every API resource is made of: reading a body and a query, asking the store, answering.
#pragma once

#include "glib/scope.hpp"
#include "protocol/json.hpp"
#include "server/exchange.hpp"
#include "store/thread.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace classcast::server {

using ExchangePtr = std::shared_ptr<Exchange>;

/// The body as a JSON object; otherwise answers 415 or 400.
std::optional<protocol::JsonReader> json_body(Exchange& exchange);
/// Whether all that was read was there; otherwise answers 400.
bool complete(Exchange& exchange, const protocol::JsonReader& body);
void no_content(Exchange& exchange);

/// A whole number of the query within its bounds; answers 400 and returns nullopt when it is none.
std::optional<std::int64_t> query_number(Exchange& exchange, const char* name, std::int64_t otherwise,
                                         std::int64_t least, std::int64_t most);
/// A text of the query, at most `most` bytes; answers 400 and returns nullopt when it is longer.
std::optional<std::string> query_text(Exchange& exchange, const char* name, std::size_t most);
/// A number in the path, e.g. {user}; answers 404 and returns nullopt when it is none.
std::optional<std::int64_t> path_number(Exchange& exchange, const char* name);

/// One line for people: 1 to `most` characters of UTF-8, no control characters, no blanks at its ends.
bool valid_line(std::string_view text, std::size_t most);
/// UTF-8 characters (code points).
std::size_t characters(std::string_view text);

/// Asks the store for one request. `done` gets the value; a failure is answered as a problem.
template <typename Request, typename Done>
void ask(store::StoreThread& store, const glib::Scope& scope, const ExchangePtr& exchange, Request request,
         Done done) {
  using Outcome = std::invoke_result_t<Request, store::Database&>;
  store.run(std::move(request), scope.guard([exchange, done = std::move(done)](Outcome outcome) mutable {
    if (!outcome) return exchange->problem(outcome.error());
    if constexpr (std::is_void_v<typename Outcome::value_type>) {
      done();
    } else {
      done(std::move(*outcome));
    }
  }));
}

}  // namespace classcast::server
