// SPDX-License-Identifier: MIT
#include "relay/whip_whep.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace classcast::relay {

namespace {

using protocol::ErrorId;

constexpr const char* kSdp = "application/sdp";
constexpr const char* kFragment = "application/trickle-ice-sdpfrag";
constexpr std::size_t kSessionIdLength = 32;

const char* root_of(SessionRole role) {
  return role == SessionRole::publish ? "/whip/" : "/whep/";
}

bool is_session_id(std::string_view text) {
  return text.size() == kSessionIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// Browsers of any origin may speak WHIP and WHEP: the token decides, not a cookie.
HttpReply& with_cors(HttpReply& reply) {
  return reply.with("Access-Control-Allow-Origin", "*")
      .with("Access-Control-Expose-Headers", "Location, ETag, Link, Accept-Post, Accept-Patch, Retry-After");
}

HttpReply preflight(bool session) {
  HttpReply reply{204, {}, {}, {}};
  reply.with("Access-Control-Allow-Methods", "POST, PATCH, DELETE, GET, HEAD, OPTIONS")
      .with("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
      .with("Access-Control-Max-Age", "86400");
  return session ? reply.with("Accept-Patch", kFragment) : reply.with("Accept-Post", kSdp);
}

HttpReply method_not_allowed(const char* allowed) {
  return problem_reply({ErrorId::method_not_allowed, "This method is not known here.", std::nullopt})
      .with("Allow", allowed);
}

HttpReply no_such_session() {
  return problem_reply({ErrorId::not_found, "There is no such session.", std::nullopt});
}

std::optional<Refusal> bad_body(const HttpRequest& request, const char* type) {
  if (request.body_too_large) {
    return Refusal{ErrorId::payload_too_large, fmt::format("The limit is {} bytes.", kMaxBodyBytes),
                   std::nullopt};
  }
  if (request.content_type() != type) {
    return Refusal{ErrorId::unsupported_media_type, fmt::format("Send {}.", type), std::nullopt};
  }
  return std::nullopt;
}

/// The layer that a POST is about, for tokens that are limited to one.
std::string_view layer_of(const Target& target, const HttpRequest& request) {
  if (target.role == SessionRole::publish)
    return layer_text(target.part == Part::low ? LayerName::low : LayerName::high);
  return wish_text(wish_of_query(request.query).value_or(std::nullopt));
}

/// RFC 9725 §4.5: 307, so that the client repeats its POST there, and never 301 or 302.
HttpReply redirect(const std::string& base, const HttpRequest& request) {
  auto query = request.query.empty() ? std::string() : "?" + request.query;
  return HttpReply{307, {{"Location", base + request.path + query}}, {}, {}};
}

HttpReply patched_reply(const Outcome<Patched>& patched) {
  if (!patched) return problem_reply(patched.error());
  if (!patched->fragment) return HttpReply{204, {}, {}, {}};
  HttpReply reply{200, {}, kFragment, *patched->fragment};
  return reply.with("ETag", "\"" + patched->etag + "\"");
}

}  // namespace

std::optional<Target> parse_target(std::string_view path) {
  auto parts = split(path, '/');
  if (parts.size() < 3 || !parts[0].empty()) return std::nullopt;
  if (parts[1] != "whip" && parts[1] != "whep") return std::nullopt;
  auto room = RoomId::parse(parts[2]);
  if (!room) return std::nullopt;
  Target target{parts[1] == "whip" ? SessionRole::publish : SessionRole::watch, *room, std::nullopt};
  if (parts.size() == 3) return target;
  if (parts.size() == 4 && parts[1] == "whip" && parts[3] == layer_text(LayerName::low)) {
    target.part = Part::low;
    return target;
  }
  if (!is_session_id(parts[3])) return std::nullopt;
  target.session = std::string(parts[3]);
  if (parts.size() == 4) return target;
  target.extension = parse_extension(std::span(parts).subspan(4));
  if (target.role == SessionRole::publish || !target.extension) return std::nullopt;
  return target;
}

WhipWhep::WhipWhep(Gateway& gateway, Access& access, Candidates candidates, EndpointOptions options)
    : gateway_(gateway),
      access_(access),
      candidates_(std::move(candidates)),
      options_(std::move(options)),
      extensions_(gateway) {}

void WhipWhep::handle(const HttpRequest& request, Respond respond) {
  auto answer = [respond = std::move(respond)](HttpReply reply) { respond(with_cors(reply)); };
  auto target = parse_target(request.path);
  if (!target) {
    return answer(problem_reply({ErrorId::not_found, "Neither a room nor a session.", std::nullopt}));
  }
  if (request.method == "OPTIONS") return answer(preflight(target->session.has_value()));
  if (target->session) return on_session(*target, request, answer);
  on_endpoint(*target, request, answer);
}

void WhipWhep::on_endpoint(const Target& target, const HttpRequest& request, Respond respond) {
  if (request.method == "POST") return post(target, request, std::move(respond));
  if (request.method == "GET") return respond(HttpReply{204, {{"Accept-Post", kSdp}}, {}, {}});
  if (request.method == "HEAD") return respond(HttpReply{200, {{"Accept-Post", kSdp}}, kSdp, {}});
  respond(method_not_allowed("POST, GET, HEAD, OPTIONS"));
}

void WhipWhep::post(const Target& target, const HttpRequest& request, Respond respond) {
  auto can = target.role == SessionRole::publish ? protocol::Right::publish : protocol::Right::watch;
  auto token = access_.endpoint(request, can, target.room.text(), layer_of(target, request));
  if (!token) return respond(problem_reply(token.error()));
  auto refusal = bad_body(request, kSdp);
  auto wish = wish_of_query(request.query);
  if (!refusal && !wish) {
    refusal =
        Refusal{ErrorId::bad_request, "A layer is \"auto\", \"high\", \"mid\" or \"low\".", std::nullopt};
  }
  if (refusal) return respond(problem_reply(*refusal));
  if (!options_.redirect_to.empty() && options_.redirect_when == RedirectWhen::always) {
    return respond(redirect(options_.redirect_to, request));
  }
  gateway_.open(
      {target.role, target.room, request.body, candidates_(request), target.part, *wish, token->sub},
      [this, target, request, respond = std::move(respond)](const Outcome<Opened>& opened) {
        auto elsewhere = sent_on(request, opened);
        respond(elsewhere ? *elsewhere : opened_reply(target, opened));
      });
}

std::optional<HttpReply> WhipWhep::sent_on(const HttpRequest& request, const Outcome<Opened>& opened) const {
  bool full = !opened && opened.error().id == ErrorId::unavailable;
  if (!full || options_.redirect_to.empty()) return std::nullopt;
  return redirect(options_.redirect_to, request);
}

HttpReply WhipWhep::opened_reply(const Target& target, const Outcome<Opened>& opened) const {
  if (!opened) return problem_reply(opened.error());
  HttpReply reply{201, {}, kSdp, opened->answer};
  reply.with("Location", root_of(target.role) + target.room.text() + "/" + opened->id)
      .with("ETag", "\"" + opened->etag + "\"")
      .with("Accept-Patch", kFragment);
  constexpr std::int64_t kMsPerSecond = 1000;
  for (auto& link : ice_server_links(options_.turn, target.room.text(), unix_ms() / kMsPerSecond)) {
    reply.with("Link", std::move(link));
  }
  if (target.role == SessionRole::watch) {
    WhepExtensions::add_links(reply, root_of(target.role) + target.room.text() + "/" + opened->id);
  }
  return reply;
}

void WhipWhep::on_session(const Target& target, const HttpRequest& request, Respond respond) {
  if (auto refusal = access_.session(request, target.room.text())) return respond(problem_reply(*refusal));
  SessionName name{target.role, target.room, *target.session};
  if (target.extension) return extensions_.handle(name, *target.extension, request, std::move(respond));
  if (request.method == "PATCH") return patch(name, request, std::move(respond));
  if (request.method == "DELETE") return remove(name, std::move(respond));
  if (request.method == "GET" || request.method == "HEAD") return look(name, std::move(respond));
  respond(method_not_allowed("PATCH, DELETE, GET, HEAD, OPTIONS"));
}

void WhipWhep::patch(const SessionName& name, const HttpRequest& request, Respond respond) {
  if (auto refusal = bad_body(request, kFragment)) return respond(problem_reply(*refusal));
  PatchRequest patch{name, request.body, std::nullopt, candidates_(request)};
  if (auto tag = request.header("if-match")) patch.if_match = std::string(*tag);
  if (!patch.if_match && options_.if_match == IfMatch::required) {
    return respond(problem_reply({ErrorId::precondition_required, "If-Match is needed here.", std::nullopt}));
  }
  gateway_.patch(std::move(patch), [respond = std::move(respond)](const Outcome<Patched>& patched) {
    respond(patched_reply(patched));
  });
}

void WhipWhep::remove(const SessionName& name, Respond respond) {
  gateway_.close(name, [respond = std::move(respond)](bool there) {
    respond(there ? HttpReply{200, {}, {}, {}} : no_such_session());
  });
}

void WhipWhep::look(const SessionName& name, Respond respond) {
  gateway_.exists(name, [respond = std::move(respond)](bool there) {
    respond(there ? HttpReply{204, {}, {}, {}} : no_such_session());
  });
}

}  // namespace classcast::relay
