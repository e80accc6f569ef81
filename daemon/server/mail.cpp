// SPDX-License-Identifier: MIT
#include "server/mail.hpp"

#include "glib/ref.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>

namespace classcast::server {

namespace {

std::string base64(std::string_view bytes) {
  glib::UniqueText text(g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()));
  return text.get();
}

/// RFC 2045 §6.8: encoded lines have at most 76 characters.
std::string base64_lines(std::string_view bytes) {
  constexpr std::size_t kLine = 76;
  std::string lines;
  auto all = base64(bytes);
  for (std::size_t at = 0; at < all.size(); at += kLine) lines += all.substr(at, kLine) + "\r\n";
  return lines;
}

/// At most `most` bytes of the text's beginning, never a part of a character.
std::string_view whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (most > 0 && is_inside(text[most])) --most;
  return text.substr(0, most);
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

/// RFC 5322 §3.3, in UTC.
std::string date_text(std::int64_t at_ms) {
  constexpr std::int64_t kMs = 1000;
  glib::Unique<GDateTime, g_date_time_unref> at(g_date_time_new_from_unix_utc(at_ms / kMs));
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                     kDays[g_date_time_get_day_of_week(at.get()) - 1], g_date_time_get_day_of_month(at.get()),
                     kMonths[g_date_time_get_month(at.get()) - 1], g_date_time_get_year(at.get()),
                     g_date_time_get_hour(at.get()), g_date_time_get_minute(at.get()),
                     g_date_time_get_second(at.get()));
}

}  // namespace

std::string header_text(std::string_view text) {
  constexpr std::size_t kPlain = 60;
  bool plain = text.size() <= kPlain && text.find("=?") == std::string_view::npos &&
               std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (plain) return std::string(text);
  // RFC 2047 §2: an encoded word has at most 75 characters; each holds whole characters (§5).
  constexpr std::size_t kBytesPerWord = 45;
  std::string words;
  while (!text.empty()) {
    auto part = whole_characters(text, kBytesPerWord);
    words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", base64(part));
    text.remove_prefix(part.size());
  }
  return words;
}

std::string mail_text(const Mail& mail, const Envelope& envelope) {
  auto domain = envelope.from.substr(envelope.from.find('@') + 1);
  // RFC 2047 §5 (3): an encoded word stands for a phrase without quotes; a plain one is quoted.
  auto school = header_text(envelope.school);
  if (school == envelope.school) {
    std::erase_if(school, [](char c) { return c == '"' || c == '\\'; });
    school = '"' + school + '"';
  }
  // RFC 3834 §5: nobody's holiday answer shall come back.
  return fmt::format(
             "Date: {}\r\nMessage-ID: <{}@{}>\r\nFrom: {} <{}>\r\nTo: <{}>\r\nSubject: {}\r\n"
             "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
             date_text(envelope.at_ms), envelope.id, domain, school, envelope.from, mail.to,
             header_text(mail.subject)) +
         base64_lines(with_crlf(mail.text));
}

Mail recovery_mail(const std::string& to, const std::string& name, const std::string& school,
                   const std::string& link) {
  return {to, fmt::format("{}: a new password", school),
          fmt::format(
              "Hello {},\n\nsomebody, probably you, asked for a new password at {}. This link sets one; it "
              "can be used once, within an hour:\n\n{}\n\nIf it was not you, do nothing: the password stays "
              "as it is.\n",
              name, school, link)};
}

Mail invitation_mail(const std::string& to, const std::string& school, const std::string& link) {
  return {to, fmt::format("{}: your invitation", school),
          fmt::format(
              "Hello,\n\n{} invites you to Classcast. This link makes your account:\n\n{}\n\nDo not pass it "
              "on: it is meant for you.\n",
              school, link)};
}

Mail trial_mail(const std::string& to, const std::string& school) {
  return {to, fmt::format("{}: mail works", school),
          fmt::format("Hello,\n\nan administrator of {} wanted to know whether mail arrives. It does.\n",
                      school)};
}

}  // namespace classcast::server
