// SPDX-License-Identifier: MIT
// The text of every migration; the list with versions is in schema.cpp. A migration that has been released
// is never edited: a later one changes what it made.
#pragma once

#include <string_view>

namespace classcast::store {

extern const std::string_view kPeopleRoomsAndDiary;  // 0001
extern const std::string_view kAccounts;             // 0002
extern const std::string_view kMembers;              // 0003
extern const std::string_view kChat;                 // 0004
extern const std::string_view kEnrolment;            // 0005
extern const std::string_view kAdministration;       // 0006
extern const std::string_view kDocuments;            // 0007
extern const std::string_view kRecordings;           // 0008
extern const std::string_view kMessageAge;           // 0009

}  // namespace classcast::store
