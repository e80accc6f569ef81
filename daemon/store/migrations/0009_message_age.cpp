// SPDX-License-Identifier: MIT
#include "store/migrations/list.hpp"

namespace classcast::store {

constexpr std::string_view kMessageAge = R"sql(
-- What is older than the school keeps is looked for every hour, over all rooms.
CREATE INDEX messages_created ON messages (created_ms);
)sql";

}  // namespace classcast::store
