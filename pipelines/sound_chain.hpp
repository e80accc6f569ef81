// SPDX-License-Identifier: MIT
// The part of a graph that every microphone shares: from raw sound to Opus packets, with its level.
#pragma once

#include "pipelines/microphone.hpp"

#include <gst/gst.h>

#include <string>

namespace classcast::pipelines {

/// Begins with audioconvert and ends in an appsink called "sink".
std::string sound_chain(const SoundProcessing& processing);

/// Hands the level in a bus message, if it is one, to the track.
void note_level(GstMessage* message, Track& track);

}  // namespace classcast::pipelines
