// SPDX-License-Identifier: MIT
#include "pipelines/answer_check.hpp"

#include "glib/ref.hpp"

#include <gst/sdp/gstsdpmessage.h>

#include <string_view>

namespace classcast::pipelines {

namespace {

using Sdp = glib::Unique<GstSDPMessage, gst_sdp_message_free>;

Sdp parse(const std::string& text) {
  GstSDPMessage* message = nullptr;
  if (text.empty() || text.size() > kMaxSdpBytes ||
      gst_sdp_message_new_from_text(text.c_str(), &message) != GST_SDP_OK)
    return nullptr;
  return Sdp(message);
}

bool has_format(const GstSDPMedia* media, const std::string& payload_type) {
  for (guint i = 0; i < gst_sdp_media_formats_len(media); ++i) {
    if (payload_type == gst_sdp_media_get_format(media, i)) return true;
  }
  return false;
}

/// RFC 8839 §5.4, RFC 8122 §5: at the media or at the session level.
bool has_attribute(const GstSDPMessage* message, const GstSDPMedia* media, const char* name) {
  return gst_sdp_media_get_attribute_val(media, name) != nullptr ||
         gst_sdp_message_get_attribute_val(message, name) != nullptr;
}

Result<void> check_media(const GstSDPMessage* answer, guint index, const GstSDPMedia* offered) {
  const auto* media = gst_sdp_message_get_media(answer, index);
  const std::string_view kind = gst_sdp_media_get_media(offered);
  if (kind != gst_sdp_media_get_media(media))
    return fail(Errc::invalid, "the answer's m-lines are in another order");
  if (gst_sdp_media_get_port(media) == 0)
    return fail(Errc::invalid, "the server does not accept our {}", kind);
  auto payload_type = std::to_string(kind == "video" ? kVideoPayloadType : kAudioPayloadType);
  if (!has_format(media, payload_type)) return fail(Errc::invalid, "the answer lacks our {} format", kind);
  for (const auto* name : {"ice-ufrag", "ice-pwd", "fingerprint"}) {
    if (!has_attribute(answer, media, name)) return fail(Errc::invalid, "the answer lacks a={}", name);
  }
  return {};
}

}  // namespace

Result<void> check_answer(const std::string& offer, const std::string& answer) {
  auto ours = parse(offer);
  auto theirs = parse(answer);
  if (ours == nullptr || theirs == nullptr) return fail(Errc::invalid, "the answer is not SDP");
  auto count = gst_sdp_message_medias_len(ours.get());
  if (gst_sdp_message_medias_len(theirs.get()) != count) {
    return fail(Errc::invalid, "the answer has {} m-lines, the offer {}",
                gst_sdp_message_medias_len(theirs.get()), count);
  }
  for (guint i = 0; i < count; ++i) {
    auto checked = check_media(theirs.get(), i, gst_sdp_message_get_media(ours.get(), i));
    if (!checked) return checked;
  }
  return {};
}

}  // namespace classcast::pipelines
