// SPDX-License-Identifier: MIT
#include "recorder/movie.hpp"

namespace classcast::recorder {

namespace {

constexpr std::uint32_t kOne = 0x0001'0000;  // 1.0 as 16.16
constexpr std::uint16_t kChannels = 2;

/// ISO/IEC 14496-12 §8.2.2: the picture is neither turned nor scaled.
void write_matrix(BoxWriter& out) {
  constexpr std::uint32_t kUnity[] = {kOne, 0, 0, 0, kOne, 0, 0, 0, 0x4000'0000};
  for (auto value : kUnity) out.u32(value);
}

/// ISO/IEC 14496-15 §5.3.3.1.
void write_avc_configuration(BoxWriter& out, const ParameterSets& sets) {
  out.begin("avcC");
  out.u8(1);
  out.u8(sets.sps[1]);
  out.u8(sets.sps[2]);
  out.u8(sets.sps[3]);
  out.u8(0xff);  // lengths of four bytes
  out.u8(0xe1);
  out.u16(static_cast<std::uint16_t>(sets.sps.size()));
  out.bytes(sets.sps);
  out.u8(1);
  out.u16(static_cast<std::uint16_t>(sets.pps.size()));
  out.bytes(sets.pps);
  out.end();
}

/// "Encapsulation of Opus in ISO Base Media File Format" §4.3.2; big-endian, unlike the Opus header itself.
void write_opus_configuration(BoxWriter& out) {
  out.begin("dOps");
  out.u8(0);
  out.u8(kChannels);
  out.u16(0);  // pre-skip: the stream is joined in its middle
  out.u32(kAudioRate);
  out.u16(0);
  out.u8(0);
  out.end();
}

/// ISO/IEC 14496-14 §5.6 with the descriptors of ISO/IEC 14496-1 §7.2.6; AAC LC, 48 kHz, stereo.
void write_aac_configuration(BoxWriter& out) {
  constexpr std::uint8_t kDescriptors[] = {0x03, 25,   0,    0,    0,  // ES_Descriptor, ES_ID 0
                                           0x04, 17,   0x40, 0x15, 0, 0,    0, 0,
                                           1,    0xf4, 0,    0,    1, 0xf4, 0,  // MPEG-4 audio, 128 kbit/s
                                           0x05, 2,    0x11, 0x90,  // AAC LC, index 3 (48 kHz), 2 channels
                                           0x06, 1,    2};
  out.begin_full("esds", 0, 0);
  out.bytes(kDescriptors);
  out.end();
}

}  // namespace

void write_video_entry(BoxWriter& out, std::string_view type, const VideoFormat& format) {
  constexpr std::uint32_t kResolution = 0x0048'0000;  // 72 dpi
  out.begin(type);
  out.zeros(6);
  out.u16(1);
  out.zeros(16);
  out.u16(static_cast<std::uint16_t>(format.size.width));
  out.u16(static_cast<std::uint16_t>(format.size.height));
  out.u32(kResolution);
  out.u32(kResolution);
  out.zeros(4);
  out.u16(1);
  out.zeros(32);
  out.u16(0x18);
  out.u16(0xffff);
  write_avc_configuration(out, format.sets);
  out.end();
}

void write_audio_entry(BoxWriter& out, AudioFormat format) {
  constexpr std::uint16_t kSampleBits = 16;
  out.begin(format == AudioFormat::opus ? "Opus" : "mp4a");
  out.zeros(6);
  out.u16(1);
  out.zeros(8);
  out.u16(kChannels);
  out.u16(kSampleBits);
  out.zeros(4);
  out.u32(kAudioRate << 16);
  if (format == AudioFormat::opus) {
    write_opus_configuration(out);
  } else {
    write_aac_configuration(out);
  }
  out.end();
}

void write_movie_header(BoxWriter& out, const MovieTimes& times) {
  constexpr std::uint32_t kMsRate = 1000;
  out.begin_full("mvhd", 1, 0);
  out.u64(times.creation);
  out.u64(times.creation);
  out.u32(kMsRate);
  out.u64(times.duration_ms);
  out.u32(kOne);
  out.u16(0x0100);
  out.zeros(10);
  write_matrix(out);
  out.zeros(24);
  out.u32(kAudioTrack + 1);
  out.end();
}

void write_track_header(BoxWriter& out, std::uint32_t track, const MovieTimes& times, PictureSize size) {
  constexpr std::uint32_t kEnabledInMovie = 3;
  out.begin_full("tkhd", 1, kEnabledInMovie);
  out.u64(times.creation);
  out.u64(times.creation);
  out.u32(track);
  out.zeros(4);
  out.u64(times.duration_ms);
  out.zeros(12);
  out.u16(track == kAudioTrack ? 0x0100 : 0);
  out.zeros(2);
  write_matrix(out);
  out.u32(size.width << 16);
  out.u32(size.height << 16);
  out.end();
}

void write_media_head(BoxWriter& out, std::uint32_t track, std::uint64_t creation, std::uint32_t rate,
                      std::uint64_t duration) {
  constexpr std::uint16_t kUndetermined = 0x55c4;  // "und"
  out.begin_full("mdhd", 1, 0);
  out.u64(creation);
  out.u64(creation);
  out.u32(rate);
  out.u64(duration);
  out.u16(kUndetermined);
  out.u16(0);
  out.end();
  out.begin_full("hdlr", 0, 0);
  out.u32(0);
  out.text(track == kVideoTrack ? "vide" : "soun");
  out.zeros(12);
  out.text(track == kVideoTrack ? "Camera" : "Microphone");
  out.u8(0);
  out.end();
}

void write_media_information(BoxWriter& out, std::uint32_t track) {
  if (track == kVideoTrack) {
    out.begin_full("vmhd", 0, 1);
    out.zeros(8);
  } else {
    out.begin_full("smhd", 0, 0);
    out.zeros(4);
  }
  out.end();
  out.begin("dinf");
  out.begin_full("dref", 0, 0);
  out.u32(1);
  out.begin_full("url ", 0, 1);
  out.end();
  out.end();
  out.end();
}

}  // namespace classcast::recorder
