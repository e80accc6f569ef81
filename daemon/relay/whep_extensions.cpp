// SPDX-License-Identifier: MIT
#include "relay/whep_extensions.hpp"

#include "base/strings.hpp"
#include "protocol/json.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

using protocol::ErrorId;

constexpr const char* kJson = "application/json";
constexpr const char* kEventStream = "text/event-stream";
constexpr int kRetryStreams_s = 10;

HttpReply refusal(ErrorId id, std::string detail) {
  return problem_reply({id, std::move(detail), std::nullopt});
}

HttpReply session_is_gone() {
  return refusal(ErrorId::not_found, "There is no such session.");
}

HttpReply wrong_method(const char* allowed) {
  return refusal(ErrorId::method_not_allowed, "This method is not known here.").with("Allow", allowed);
}

/// {"encodingId":"low"} or, as in the draft, {"rid":"low"}; without either the choice is automatic again.
std::optional<LayerWish> wish_of_body(const std::string& body, std::string& fault) {
  auto reader = protocol::JsonReader::parse(body);
  if (!reader) {
    fault = "The body is not a JSON object.";
    return std::nullopt;
  }
  auto name = reader->optional_text("encodingId");
  if (!name) name = reader->optional_text("rid");
  if (auto read = reader->finish(); !read) {
    fault = read.error().message + ".";
    return std::nullopt;
  }
  auto wish = parse_wish(name.value_or("auto"));
  if (!wish) fault = "A layer is \"auto\", \"high\", \"mid\" or \"low\".";
  return wish;
}

Outcome<EventKinds> kinds_of_body(const std::string& body) {
  auto names = protocol::parse_texts(body);
  if (!names) return refuse(ErrorId::bad_request, "The body is not a JSON array of names of events.");
  EventKinds kinds;
  for (const auto& name : *names) {
    if (auto kind = parse_event_kind(name)) kinds.add(*kind);  // others may come with later versions
  }
  if (kinds.empty()) return refuse(ErrorId::unprocessable, "None of these events is known here.");
  return kinds;
}

std::optional<Refusal> bad_json_body(const HttpRequest& request) {
  if (request.body_too_large)
    return Refusal{ErrorId::payload_too_large, "The body is too large.", std::nullopt};
  if (request.content_type() != kJson)
    return Refusal{ErrorId::unsupported_media_type, "Send application/json.", std::nullopt};
  return std::nullopt;
}

}  // namespace

std::optional<Extension> parse_extension(std::span<const std::string_view> parts) {
  if (parts.size() == 1 && parts[0] == "layer") return Extension{};
  if (parts.empty() || parts.size() > 2 || parts[0] != "sse") return std::nullopt;
  return Extension{Extension::Kind::events, std::string(parts.size() == 2 ? parts[1] : std::string_view())};
}

std::optional<LayerWish> wish_of_query(std::string_view query) {
  constexpr std::string_view kName = "layer=";
  for (auto part : split(query, '&')) {
    if (part.starts_with(kName)) return parse_wish(part.substr(kName.size()));
  }
  return LayerWish();
}

void WhepExtensions::add_links(HttpReply& reply, const std::string& session_url) {
  constexpr const char* kRoot = "urn:ietf:params:whep:ext:core:";
  reply.with("Link", fmt::format("<{}/layer>; rel=\"{}layer\"", session_url, kRoot));
  reply.with("Link", fmt::format("<{}/sse>; rel=\"{}server-sent-events\"; "
                                 "events=\"active,inactive,layers,viewercount,quality\"",
                                 session_url, kRoot));
}

void WhepExtensions::handle(const SessionName& session, const Extension& extension,
                            const HttpRequest& request, Respond respond) {
  if (extension.kind == Extension::Kind::layer) {
    if (request.method == "POST") return choose_layer(session, request, std::move(respond));
    return respond(wrong_method("POST, OPTIONS"));
  }
  if (extension.stream.empty()) {
    if (request.method == "POST") return make_stream(session, request, std::move(respond));
    return respond(wrong_method("POST, OPTIONS"));
  }
  if (request.method == "GET") return fetch_stream(session, extension.stream, respond);
  if (request.method != "DELETE") return respond(wrong_method("GET, DELETE, OPTIONS"));
  auto gone = events_.remove(session, extension.stream);
  respond(gone ? HttpReply{200, {}, {}, {}} : refusal(ErrorId::not_found, "There is no such event stream."));
}

void WhepExtensions::choose_layer(const SessionName& session, const HttpRequest& request, Respond respond) {
  if (auto bad = bad_json_body(request)) return respond(problem_reply(*bad));
  std::string fault;
  auto wish = wish_of_body(request.body, fault);
  if (!wish) return respond(refusal(ErrorId::bad_request, fault));
  gateway_.choose_layer(session, *wish, [respond = std::move(respond)](bool there) {
    respond(there ? HttpReply{200, {}, {}, {}} : session_is_gone());
  });
}

void WhepExtensions::make_stream(const SessionName& session, const HttpRequest& request, Respond respond) {
  if (auto bad = bad_json_body(request)) return respond(problem_reply(*bad));
  auto kinds = kinds_of_body(request.body);
  if (!kinds) return respond(problem_reply(kinds.error()));
  gateway_.exists(session, [this, session, wanted = *kinds, respond = std::move(respond)](bool there) {
    if (!there) return respond(session_is_gone());
    auto id = events_.create(session, wanted, now());
    if (!id) {
      return respond(
          problem_reply({ErrorId::unavailable, "Too many event streams are open.", kRetryStreams_s}));
    }
    HttpReply reply{201, {}, {}, {}};
    respond(reply.with("Location", fmt::format("/whep/{}/{}/sse/{}", session.room.text(), session.id, *id)));
  });
}

void WhepExtensions::fetch_stream(const SessionName& session, const std::string& stream,
                                  const Respond& respond) {
  if (!events_.exists(session, stream)) {
    return respond(refusal(ErrorId::not_found, "There is no such event stream."));
  }
  HttpReply reply{200, {}, kEventStream, {}};
  reply.on_stream = [this, stream](std::shared_ptr<EventStream> out) {
    events_.open(stream, std::move(out), now());
  };
  respond(reply);
}

}  // namespace classcast::relay
