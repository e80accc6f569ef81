// SPDX-License-Identifier: MIT
#include "ctl/limit.hpp"

#include <future>
#include <memory>
#include <thread>

namespace classcast::ctl {

bool within(Duration limit, std::function<void()> work) {
  auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  std::thread([work = std::move(work), done] {
    work();
    done->set_value();
  }).detach();
  return finished.wait_for(limit) == std::future_status::ready;
}

}  // namespace classcast::ctl
