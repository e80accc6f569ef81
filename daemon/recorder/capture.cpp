// SPDX-License-Identifier: MIT
#include "recorder/capture.hpp"

#include "glib/log.hpp"

#include <algorithm>
#include <utility>

namespace classcast::recorder {

namespace {

constexpr Duration kOfferLimit = 5s;
constexpr Duration kTick = 100ms;
/// Sound that is later than its pictures is waited for when the capture ends: longer than the receiver waits
/// for a missing packet.
constexpr Duration kLastSound = 1500ms;
constexpr Duration kLookInterval = 1s;
/// When nothing comes any more the relay may have died: it is asked at once, for a while.
constexpr Duration kSilence = 300ms;
constexpr Duration kSilentLookInterval = 300ms;
constexpr Duration kSilentLookTime = 5s;
constexpr Duration kReportInterval = 1s;
constexpr Duration kDamageInterval = 60s;
constexpr Duration kFirstPause = 200ms;
constexpr Duration kLongestPause = 3s;
/// A room that was recorded a moment ago is asked for more often: what the relay has since its last keyframe
/// is not lost then.
constexpr Duration kEagerTime = 15s;
constexpr Duration kEagerPause = 250ms;
/// Sound that comes later than this after the first picture is not waited for before the first fragments are
/// stored.
constexpr Duration kWaitForSound = 1s;
/// What may wait while the disk is slow: some minutes of one room.
constexpr std::size_t kMaxInbox = 64 << 20;

/// Nobody sends the room now, or the relay is away.
bool may_pass(const Error& error) {
  return error.code == Errc::conflict || error.code == Errc::unavailable;
}

Duration look_interval(Duration silence) {
  return silence >= kSilence && silence < kSilentLookTime ? kSilentLookInterval : kLookInterval;
}

std::int64_t wall_ns() {
  return unix_ms() * 1'000'000;
}

}  // namespace

Capture::Capture(Options options, Report report)
    : options_(std::move(options)), report_(std::move(report)), whep_(options_.ca_file) {}

void Capture::grant(WatchGrant grant) {
  const std::lock_guard lock(mutex_);
  grant_ = std::move(grant);
  changed_.notify_all();
}

void Capture::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

std::optional<WatchGrant> Capture::current_grant() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return grant_ || stopping_; });
  return stopping_ ? std::nullopt : grant_;
}

/// False when stopped meanwhile.
bool Capture::pause(Duration time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

Result<void> Capture::run() {
  auto writer = RoomWriter::open(options_.room);
  if (!writer) return fail(writer);
  writer_.emplace(std::move(*writer));
  gap_cause_ = "the recorder was not running";
  auto wait = kFirstPause;
  do {
    const auto frames = told_.frames;
    auto ended = run_session();
    if (ended) break;
    tell_failure(ended.error());
    const bool recorded = told_.frames > frames;
    if (recorded) eager_until_ = now() + kEagerTime;
    wait = recorded ? kFirstPause : std::min<Duration>(2 * wait, kLongestPause);
  } while (pause(wait));
  return writer_->sync();
}

void Capture::tell_failure(const Error& error) {
  tell(error.code == Errc::conflict ? CaptureState::waiting : CaptureState::failed, error.message);
  gap_cause_ = error.message;
}

/// Success only when stopped.
Result<void> Capture::run_session() {
  {
    const std::lock_guard lock(mutex_);
    inbox_ = {};
  }
  pictures_ = {};
  writer_->begin_session();
  fragmenter_.emplace([this](Fragment fragment) { on_fragment(std::move(fragment)); });
  pending_.clear();
  format_.reset();
  first_packet_at_.reset();
  heard_ = false;
  broken_ = true;
  auto subscriber = pipelines::Subscriber::create({options_.loopback}, events());
  if (!subscriber) return fail(subscriber);
  if (auto started = (*subscriber)->start(); !started) return started;
  auto session = negotiate(**subscriber);
  if (!session) return fail(session);
  auto ended = receive(**subscriber, *session);
  subscriber->reset();
  fragmenter_->flush();
  store_pending();
  whep_.close(*session);
  return ended;
}

pipelines::SubscriberEvents Capture::events() {
  auto fault = [this](std::string text) {
    const std::lock_guard lock(mutex_);
    if (!inbox_.fault) inbox_.fault = std::move(text);
    changed_.notify_all();
  };
  return {
      .offer =
          [this](std::string sdp) {
            const std::lock_guard lock(mutex_);
            inbox_.offer = std::move(sdp);
            changed_.notify_all();
          },
      .link =
          [fault](pipelines::LinkState state) {
            if (state == pipelines::LinkState::failed) fault("the connection to the relay was lost");
          },
      .fault = fault,
      .packet =
          [this](pipelines::RtpPacket packet) {
            const std::lock_guard lock(mutex_);
            inbox_.bytes += packet.payload.size();
            if (inbox_.bytes > kMaxInbox) inbox_.fault = "the disk is too slow for this room";
            if (!inbox_.fault) inbox_.packets.push_back(std::move(packet));
            changed_.notify_all();
          },
  };
}

Result<std::string> Capture::wait_for_offer() {
  std::unique_lock lock(mutex_);
  auto ready = [this] { return inbox_.offer || inbox_.fault || stopping_; };
  changed_.wait_for(lock, kOfferLimit, ready);
  if (inbox_.fault) return fail(Errc::internal, "{}", *inbox_.fault);
  if (!inbox_.offer) return fail(Errc::timeout, "no WebRTC offer could be made");
  return *inbox_.offer;
}

Result<WhepSession> Capture::negotiate(pipelines::Subscriber& subscriber) {
  auto offer = wait_for_offer();
  if (!offer) return fail(offer);
  auto grant = current_grant();
  if (!grant) return fail(Errc::unavailable, "stopped");
  auto session = whep_.open(grant->url, grant->token, *offer);
  // The same offer serves again: an attempt costs next to nothing.
  while (!session && may_pass(session.error()) && now() < eager_until_ && pause(kEagerPause)) {
    tell_failure(session.error());
    session = whep_.open(grant->url, grant->token, *offer);
  }
  if (!session) return fail(session);
  if (auto accepted = subscriber.accept(session->answer); !accepted) {
    whep_.close(*session);
    return fail(accepted);
  }
  return session;
}

Result<void> Capture::receive(pipelines::Subscriber& subscriber, const WhepSession& session) {
  auto looked_at = now();
  auto report_at = now();
  auto heard_at = now();
  while (true) {
    std::deque<pipelines::RtpPacket> packets;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kTick, [this] { return !inbox_.packets.empty() || inbox_.fault || stopping_; });
      if (stopping_) break;
      if (inbox_.fault && inbox_.packets.empty()) return fail(Errc::unavailable, "{}", *inbox_.fault);
      packets.swap(inbox_.packets);
      inbox_.bytes = 0;
    }
    if (!packets.empty()) heard_at = now();
    for (auto& packet : packets) take(std::move(packet), subscriber);
    if (now() - looked_at >= look_interval(now() - heard_at)) {
      const auto life = whep_.look(session);
      // What stands before the relay may be away, or far away, while its media still come.
      if (life == WhepClient::Life::gone ||
          (life == WhepClient::Life::unknown && now() - heard_at > kLookInterval && !packets_wait()))
        return fail(Errc::unavailable, "the relay ended the session or was restarted");
      looked_at = now();
    }
    if (now() >= report_at) {
      tell(told_.state, told_.cause);
      report_at = now() + kReportInterval;
    }
  }
  take_last_sound(subscriber);
  return {};
}

bool Capture::packets_wait() {
  const std::lock_guard lock(mutex_);
  return !inbox_.packets.empty();
}

void Capture::take_last_sound(pipelines::Subscriber& subscriber) {
  const auto until = now() + kLastSound;
  while (now() < until && fragmenter_->waits_for_sound(wall_ns())) {
    std::deque<pipelines::RtpPacket> packets;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kTick, [this] { return !inbox_.packets.empty(); });
      packets.swap(inbox_.packets);
    }
    for (auto& packet : packets) {
      if (packet.kind == pipelines::MediaKind::audio) take(std::move(packet), subscriber);
    }
  }
}

void Capture::take(pipelines::RtpPacket packet, pipelines::Subscriber& subscriber) {
  const Arrival arrival{packet.arrival_ns, packet.sender_ns};
  if (!first_packet_at_) first_packet_at_ = now();
  if (packet.kind == pipelines::MediaKind::audio) {
    heard_ = true;
    return fragmenter_->push_audio(packet.timestamp, std::move(packet.payload), arrival);
  }
  for (auto& picture : pictures_.push({packet.seq, packet.timestamp, packet.marker, packet.payload})) {
    if (picture.damaged) {
      note_damage();
      subscriber.request_keyframe();
    } else {
      fragmenter_->push(std::move(picture), arrival);
    }
  }
}

/// Told at most once a minute, with what came together since.
void Capture::note_damage() {
  ++told_.damaged;
  if (damage_told_at_ && now() - *damage_told_at_ < kDamageInterval) return;
  damage_told_at_ = now();
  glib::log::warning("capture",
                     "packets of {} are lost on the way from the relay: {} damaged pictures so far",
                     options_.room.filename().string(), told_.damaged);
}

void Capture::on_fragment(Fragment fragment) {
  const bool wait = !heard_ && now() - *first_packet_at_ < kWaitForSound;
  pending_.push_back(std::move(fragment));
  if (!wait) store_pending();
}

void Capture::store_pending() {
  for (auto& fragment : std::exchange(pending_, {})) store(std::move(fragment));
}

/// A file has one format for its whole life; it changes only where decoding may begin.
void Capture::choose_format(const Fragment& fragment) {
  Format format = format_.value_or(Format{});
  if (heard_ || !fragment.audio.empty()) format.audio = AudioFormat::opus;
  if (!fragment.video.empty()) {
    auto sets = parameter_sets(fragment.video.front().data);
    auto size = sets.complete() ? picture_size(sets.sps) : std::nullopt;
    if (size) format.video = VideoFormat{std::move(sets), *size};
  }
  if (format.video || format.audio) format_ = std::move(format);
}

void Capture::store(Fragment fragment) {
  if (fragment.entry()) choose_format(fragment);
  if (broken_ && !fragment.entry()) return;
  if (!format_) return;
  if (!format_->audio) fragment.audio.clear();
  if (!format_->video) fragment.video.clear();
  if (fragment.empty()) return;
  auto stored = writer_->append(fragment, *format_, gap_cause_);
  broken_ = !stored;
  if (!stored) {
    gap_cause_ = stored.error().message;
    return tell(CaptureState::failed, stored.error().message);
  }
  gap_cause_ = "no pictures came";
  told_.frames += fragment.video.size();
  for (const auto& sample : fragment.video) told_.bytes += sample.data.size();
  for (const auto& sample : fragment.audio) told_.bytes += sample.data.size();
  if (told_.state != CaptureState::recording) tell(CaptureState::recording, {});
}

void Capture::tell(CaptureState state, const std::string& cause) {
  told_.state = state;
  told_.cause = cause;
  if (writer_) told_.end_ms = writer_->end_ms();
  report_(told_);
}

}  // namespace classcast::recorder
