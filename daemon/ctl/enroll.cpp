// SPDX-License-Identifier: MIT
// classcastctl enroll
#include "base/strings.hpp"
#include "ctl/certificate.hpp"
#include "ctl/confirm.hpp"
#include "ctl/enrolment_files.hpp"
#include "ctl/options.hpp"
#include "ctl/request.hpp"
#include "glib/public_key_pin.hpp"
#include "protocol/json.hpp"

#include <fmt/format.h>

#include <fstream>

namespace classcast::ctl {

namespace {

constexpr const char* kEnrollHelp =
    "Joins this PC to its room. The administrator gets CODE in the room's settings; it is good once, for a "
    "day. "
    "Shows the fingerprint of the server's key and asks whether it is the right one; --pin compares it "
    "instead, --yes "
    "believes it. Writes classroom.credential (mode 0600) and classroom.conf.d/10-server.conf beside the "
    "configuration. For many PCs from one image: --token-file with a token of the administrator's instead of "
    "CODE; "
    "the room then follows from the host's name.";
constexpr int kCreated = 201;
constexpr int kNotFound = 404;
constexpr int kTooMany = 429;

struct Request {
  device::Url server;
  std::string key;  ///< "code" or "token"
  Secret value;
  std::string pin;
  std::string host;
  bool yes = false;
};

struct Granted {
  std::string room;
  std::string name;
  Secret credential;
};

Result<Secret> first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || trim(line).empty())
    return fail(Errc::invalid, "cannot read a token from {}", printable(file));
  return Secret(std::string(trim(line)));
}

Result<device::Url> server_url(const std::string& text) {
  auto url = device::parse_url(text);
  if (!url)
    return fail(Errc::invalid, "the server's address {}; write https://server:8443", url.error().message);
  if (url->scheme != "https") return fail(Errc::invalid, "the server's address must begin with https://");
  if (!url->user.empty() || !url->password.empty())
    return fail(Errc::invalid, "the server's address must not hold a login");
  url->path.clear();
  return url;
}

/// The pin to use from now on; empty when the computer's authorities vouch for the server.
Result<std::string> choose_pin(const Request& request) {
  auto shown = fetch_certificate(request.server);
  if (!shown)
    return fail(Errc::unavailable, "{} cannot be reached: {}", request.server.bare(), shown.error().message);
  if (!request.pin.empty()) {
    if (shown->pin == request.pin) return shown->pin;
    return fail(Errc::denied,
                "the server shows the key {}, not the one given with --pin: it is not the right server",
                shown->pin);
  }
  if (shown->vouched) return std::string();
  fmt::print("The server at {} made its certificate itself. Fingerprint of its key:\n\n  {}\n\n",
             request.server.bare(), shown->pin);
  fmt::print(
      "It must be the same as in the administrator's browser (page of the room), or at the server after:\n"
      "  openssl x509 -in /var/lib/classcast/server/tls.crt -pubkey -noout | openssl pkey -pubin -outform "
      "der |\n"
      "    openssl dgst -sha256 -binary | base64\n\n");
  if (request.yes) return shown->pin;
  switch (confirm("Is it the same?")) {
    case Reply::yes:
      return shown->pin;
    case Reply::no:
      return fail(Errc::denied, "stopped; nothing was changed");
    case Reply::nobody:
      break;
  }
  return fail(Errc::invalid, "nobody can be asked here: give --pin FINGERPRINT, or --yes");
}

Result<Granted> read_grant(const device::HttpAnswer& answer) {
  auto json = protocol::JsonReader::parse(answer.body);
  if (!json) return fail(Errc::unavailable, "the server's answer is not an enrolment");
  Granted granted{json->text("room"), json->text("name"), Secret(json->text("credential"))};
  if (auto complete = json->finish(); !complete || granted.credential.empty())
    return fail(Errc::unavailable, "the server's answer is not an enrolment");
  return granted;
}

Result<Granted> post(const Request& request, const std::string& pin) {
  auto body = protocol::JsonWriter()
                  .text(request.key.c_str(), request.value.reveal())
                  .text("host", request.host)
                  .finish();
  auto answer =
      ask({{}, pin}, {"POST", request.server.bare() + "/api/v1/enrolments", {}, "application/json", body});
  if (answer.status == 0)
    return fail(Errc::unavailable, "{} cannot be reached: {}", request.server.bare(), answer.error);
  if (answer.status == kCreated) return read_grant(answer);
  if (answer.status == kNotFound) {
    return fail(Errc::denied,
                "the server does not know this {}: it is mistyped, used or expired{}; ask the administrator "
                "for a new one",
                request.key,
                request.key == "token"
                    ? fmt::format(", or names no room for the host \"{}\"", printable(request.host))
                    : "");
  }
  if (answer.status == kTooMany)
    return fail(Errc::unavailable, "too many attempts; try again in some minutes");
  return fail(Errc::unavailable, "the server answers {} to the enrolment", answer.status);
}

ExitCode code_of(Errc error) {
  if (error == Errc::denied) return ExitCode::denied;
  return error == Errc::invalid ? ExitCode::usage : ExitCode::unavailable;
}

ExitCode fail_with(const Error& error) {
  complain(error.message);
  return code_of(error.code);
}

ExitCode join(const Request& request, const EnrolmentFiles& files) {
  auto pin = choose_pin(request);
  if (!pin) return fail_with(pin.error());
  if (auto ready = files.prepare(); !ready) {
    complain(ready.error().message);
    return ExitCode::cannot_create;
  }
  auto granted = post(request, *pin);
  if (!granted) return fail_with(granted.error());
  if (auto done = files.write({request.server.bare(), *pin, granted->credential}); !done) {
    complain(done.error().message);
    return ExitCode::cannot_create;
  }
  fmt::print(
      "This PC is now {} ({}).\nwritten: {}\nwritten: {}\nnext:    sudo systemctl restart classcastd\n",
      printable(granted->name), printable(granted->room), files.credential().string(),
      files.drop_in().string());
  return ExitCode::ok;
}

Result<Request> read_request(const std::vector<std::string>& words, const std::string& token_file) {
  if (words.empty())
    return fail(Errc::invalid, "the server's address is missing; see classcastctl enroll --help");
  auto url = server_url(words[0]);
  if (!url) return fail(url);
  Request request;
  request.server = *url;
  request.host = g_get_host_name();
  if ((words.size() == 2) == !token_file.empty())
    return fail(Errc::invalid, "give either a code or --token-file; see classcastctl enroll --help");
  request.key = token_file.empty() ? "code" : "token";
  auto value = token_file.empty() ? Result<Secret>(Secret(words[1])) : first_line(token_file);
  if (!value) return fail(value);
  request.value = *value;
  return request;
}

}  // namespace

ExitCode enroll(const Arguments& arguments) {
  std::string config = kDefaultConfig;
  std::string token_file;
  std::string pin;
  std::string host;
  bool yes = false;
  auto options = command_options("enroll", "https://SERVER:8443 [CODE]", kEnrollHelp);
  with_config(options, config)
      .text("token-file", token_file, "Take a token from this file's first line instead of CODE", "FILE");
  options.text("pin", pin, "The fingerprint that the server's key must have", "FINGERPRINT");
  options.text("host", host, "This PC's name, when it is not the host's", "NAME");
  options.flag("yes", yes, "Believe the server without asking");
  auto words = options.parse(arguments, 2);
  auto request = words ? read_request(*words, token_file) : fail(words);
  if (request && !pin.empty() && !glib::is_public_key_pin(pin))
    request = fail(Errc::invalid, "--pin is not 44 characters of base64");
  if (!request) {
    complain(request.error().message);
    return ExitCode::usage;
  }
  request->pin = pin;
  request->yes = yes;
  if (!host.empty()) request->host = host;
  return join(*request, EnrolmentFiles(config));
}

}  // namespace classcast::ctl
