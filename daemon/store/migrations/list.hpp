// SPDX-License-Identifier: MIT
// The text of every migration; the list with versions is in schema.cpp. A migration that has been released
// is never edited: a later one changes what it made.
#pragma once

#include <string_view>

namespace classcast::store {

extern const std::string_view kPeopleRoomsAndDiary;  // 0001

}  // namespace classcast::store
