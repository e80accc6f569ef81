// SPDX-License-Identifier: MIT
#include "server/credentials.hpp"

#include "server/api_session.hpp"
#include "store/users.hpp"

namespace classcast::server {

using protocol::ErrorId;

bool valid_person_name(std::string_view name) {
  return name.size() <= SessionApi::kMaxNameLength && valid_line(name, SessionApi::kMaxNameLength);
}

bool valid_email(std::string_view email) {
  if (email.empty()) return true;
  auto at = email.find('@');
  bool shape = at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
               email.find('@', at + 1) == std::string_view::npos;
  return shape && email.size() <= kMaxEmail && valid_line(email, kMaxEmail) &&
         email.find_first_of(" <>,;\"") == std::string_view::npos;
}

bool good_password(Exchange& exchange, const Secret& password) {
  auto size = password.reveal().size();
  if (size >= kMinPasswordLength && size <= kMaxPasswordLength) return true;
  exchange.problem(ErrorId::bad_request,
                   fmt::format("A password has {} to {} bytes.", kMinPasswordLength, kMaxPasswordLength));
  return false;
}

void renew_password(Parts& parts, const glib::Scope& scope, const ExchangePtr& exchange, Renewal renewal,
                    std::function<void()> done) {
  auto password = std::move(renewal.password);
  auto hashed = [&parts, &scope, exchange, user = renewal.user, keep = renewal.keep,
                 done = std::move(done)](const std::string& hash) {
    ask(
        parts.store, scope, exchange,
        [user, hash](store::Database& database) { return store::set_password(database, user, hash); },
        [&parts, user, keep, done] {
          parts.sessions.remove_of_user(user, keep);
          done();
        });
  };
  auto queued = parts.passwords.hash(std::move(password), scope.guard(std::move(hashed)));
  if (!queued) exchange->problem(queued.error());
}

}  // namespace classcast::server
