// SPDX-License-Identifier: MIT
// rtsp-camera: the simulated classroom camera of the tests and of scripts/demo.
#include "clip.hpp"
#include "server.hpp"

#include <fmt/format.h>
#include <glib-unix.h>
#include <gst/gst.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

namespace {

using classcast::Errc;
using classcast::fail;
using classcast::Result;
namespace camera = classcast::camera;

constexpr int kExitUsage = 64;
constexpr int kExitFailed = 1;

struct Options {
  camera::Picture picture;
  std::string make_clip;
  std::string clip;
  std::string sound;
  bool live = false;
  int seconds = 20;
  int port = 0;
  std::string user;
  std::string password_file;
};

// What GOption fills: C strings, freed at the end of parse().
struct Raw {
  char* room = nullptr;
  char* codec = nullptr;
  char* make_clip = nullptr;
  char* clip = nullptr;
  char* sound = nullptr;
  char* user = nullptr;
  char* password_file = nullptr;
  gboolean live = FALSE;
};

std::string taken(char* text, const std::string& otherwise = "") {
  const std::unique_ptr<char, decltype(&g_free)> owned(text, g_free);
  return text != nullptr ? text : otherwise;
}

Result<Options> parse(int argc, char** argv) {
  Options o;
  Raw raw;
  const GOptionEntry entries[] = {
      {"make-clip", 0, 0, G_OPTION_ARG_FILENAME, &raw.make_clip, "Encode a clip into FILE and exit", "FILE"},
      {"clip", 0, 0, G_OPTION_ARG_FILENAME, &raw.clip, "Serve this clip", "FILE"},
      {"sound", 0, 0, G_OPTION_ARG_STRING, &raw.sound, "with a tone: pcma, pcmu, aac, opus or l16", "CODEC"},
      {"live", 0, 0, G_OPTION_ARG_NONE, &raw.live, "Encode in real time, the wall clock in the stamp",
       nullptr},
      {"room", 0, 0, G_OPTION_ARG_STRING, &raw.room, "Name in the picture", "ROOM"},
      {"width", 0, 0, G_OPTION_ARG_INT, &o.picture.width, "Picture width", "PIXELS"},
      {"height", 0, 0, G_OPTION_ARG_INT, &o.picture.height, "Picture height", "PIXELS"},
      {"fps", 0, 0, G_OPTION_ARG_INT, &o.picture.fps, "Frames a second", "N"},
      {"gop", 0, 0, G_OPTION_ARG_INT, &o.picture.gop, "Frames between keyframes (2 s)", "N"},
      {"seconds", 0, 0, G_OPTION_ARG_INT, &o.seconds, "Length of the clip", "N"},
      {"codec", 0, 0, G_OPTION_ARG_STRING, &raw.codec, "h264, h265 or mjpeg", "CODEC"},
      {"port", 0, 0, G_OPTION_ARG_INT, &o.port, "TCP port; 0 chooses one", "PORT"},
      {"user", 0, 0, G_OPTION_ARG_STRING, &raw.user, "Ask for this user (digest)", "NAME"},
      {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &raw.password_file, "and the password in FILE", "FILE"},
      {}};
  o.picture.gop = 0;
  auto* context = g_option_context_new("- a simulated RTSP camera");
  g_option_context_add_main_entries(context, entries, nullptr);
  GError* error = nullptr;
  const bool understood = g_option_context_parse(context, &argc, &argv, &error) == TRUE;
  g_option_context_free(context);
  const camera::OwnedError owned(error);
  o.picture.room = taken(raw.room, "room-101");
  o.picture.codec = taken(raw.codec, "h264");
  o.make_clip = taken(raw.make_clip);
  o.clip = taken(raw.clip);
  o.sound = taken(raw.sound);
  o.user = taken(raw.user);
  o.password_file = taken(raw.password_file);
  o.live = raw.live == TRUE;
  o.picture.gop = o.picture.gop > 0 ? o.picture.gop : 2 * o.picture.fps;
  if (!understood) {
    return fail(Errc::invalid, "{}", owned->message);
  }
  return o;
}

Result<std::optional<camera::Login>> login(const Options& options) {
  if (options.user.empty()) {
    return std::optional<camera::Login>();
  }
  std::ifstream file(options.password_file);
  camera::Login login{options.user, ""};
  if (!std::getline(file, login.password)) {
    return fail(Errc::invalid, "cannot read a password from \"{}\"", options.password_file);
  }
  return std::optional(login);
}

Result<std::unique_ptr<camera::Server>> open(const Options& options) {
  const auto credentials = login(options);
  if (!credentials) {
    return fail(credentials);
  }
  if (options.live) {
    return camera::Server::filming(options.picture, options.port, *credentials);
  }
  auto clip = camera::load_clip(options.clip);
  if (!clip) {
    return fail(clip);
  }
  return camera::Server::playing(std::move(*clip), options.sound, options.port, *credentials);
}

int serve(camera::Server& server) {
  auto* loop = g_main_loop_new(nullptr, FALSE);
  const auto quit = +[](gpointer l) -> gboolean {
    g_main_loop_quit(static_cast<GMainLoop*>(l));
    return G_SOURCE_CONTINUE;
  };
  const auto freeze = +[](gpointer s) -> gboolean {
    static_cast<camera::Server*>(s)->freeze(true);
    return G_SOURCE_CONTINUE;
  };
  const auto resume = +[](gpointer s) -> gboolean {
    static_cast<camera::Server*>(s)->freeze(false);
    return G_SOURCE_CONTINUE;
  };
  g_unix_signal_add(SIGTERM, quit, loop);
  g_unix_signal_add(SIGINT, quit, loop);
  g_unix_signal_add(SIGUSR1, freeze, &server);
  g_unix_signal_add(SIGUSR2, resume, &server);
  fmt::print("ready rtsp://127.0.0.1:{}/live\n", server.port());
  std::fflush(stdout);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  return 0;
}

int complain(const classcast::Error& error, int code) {
  fmt::print(stderr, "rtsp-camera: {}\n", error.message);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(nullptr, nullptr);
  const auto options = parse(argc, argv);
  if (!options) {
    return complain(options.error(), kExitUsage);
  }
  if (!options->make_clip.empty()) {
    const auto made = camera::make_clip(options->picture, options->seconds, options->make_clip);
    return made ? 0 : complain(made.error(), kExitFailed);
  }
  const auto server = open(*options);
  return server ? serve(**server) : complain(server.error(), kExitFailed);
}
