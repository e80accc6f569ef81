// SPDX-License-Identifier: MIT
#include "rtc/sdp_fragment.hpp"

#include "rtc/sdp_lines.hpp"

namespace classcast::rtc {

namespace {

/// The first value counts; a second one, of another m-line of the BUNDLE, says the same.
bool keep_first(std::string& target, std::string_view value) {
  if (target.empty()) target = value;
  return true;
}

class FragmentParser {
 public:
  Result<SdpFragment> parse(std::string_view text) {
    if (text.size() > kMaxSdpBytes)
      return fail(Errc::invalid, "the fragment is larger than {} bytes", kMaxSdpBytes);
    SdpLines lines(text);
    for (;;) {
      auto line = lines.next();
      if (!line) return fail(line);
      if (!*line) break;
      if ((*line)->type == 'a' && !attribute((*line)->value)) {
        return fail(Errc::invalid, "line {} of the fragment is malformed", lines.number());
      }
    }
    if (lines.number() == 0) return fail(Errc::invalid, "the fragment is empty");
    if (fragment_.ufrag.empty() != fragment_.pwd.empty()) {
      return fail(Errc::invalid, "the fragment has half of the ICE credentials");
    }
    return std::move(fragment_);
  }

 private:
  bool attribute(std::string_view text) {
    auto [name, value] = split_attribute(text);
    if (name == "ice-ufrag") return valid_ufrag(value) && keep_first(fragment_.ufrag, value);
    if (name == "ice-pwd") return valid_pwd(value) && keep_pwd(value);
    if (name == "mid") return valid_token(value) && keep_first(fragment_.mid, value);
    if (name == "ice-lite") fragment_.ice_lite = true;
    if (name == "end-of-candidates") fragment_.end_of_candidates = true;
    if (name == "candidate") candidate(text);
    return true;
  }

  bool keep_pwd(std::string_view value) {
    if (fragment_.pwd.empty()) fragment_.pwd = Secret(std::string(value));
    return true;
  }

  void candidate(std::string_view text) {
    auto parsed = Candidate::parse(text);
    if (parsed && fragment_.candidates.size() < kMaxCandidates)
      fragment_.candidates.push_back(std::move(*parsed));
  }

  SdpFragment fragment_;
};

}  // namespace

Result<SdpFragment> SdpFragment::parse(std::string_view text) {
  return FragmentParser().parse(text);
}

// RFC 8840 §9.1: session level attributes, then a pseudo m-line for each m-line with candidates.
std::string SdpFragment::text() const {
  std::string out;
  auto line = [&](std::string_view text) { (out += text) += "\r\n"; };
  if (ice_lite) line("a=ice-lite");
  if (!ufrag.empty()) {
    line("a=ice-ufrag:" + ufrag);
    line("a=ice-pwd:" + pwd.reveal());
  }
  line("m=audio 9 UDP/TLS/RTP/SAVPF 0");
  if (!mid.empty()) line("a=mid:" + mid);
  for (const auto& candidate : candidates) line("a=" + candidate.text());
  if (end_of_candidates) line("a=end-of-candidates");
  return out;
}

}  // namespace classcast::rtc
