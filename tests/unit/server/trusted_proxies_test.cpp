// SPDX-License-Identifier: MIT
#include "server/trusted_proxies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace classcast::server {
namespace {

TrustedProxies proxies(std::string_view list) {
  auto parsed = TrustedProxies::parse(list);
  EXPECT_TRUE(parsed) << list;
  return parsed ? *parsed : TrustedProxies();
}

bool trusts(const TrustedProxies& some, std::string_view address) {
  auto parsed = parse_address(address);
  EXPECT_TRUE(parsed) << address;
  return parsed && some.trusts(*parsed);
}

TEST(TrustedProxies, AreAddressesAndNetworks) {
  auto some = proxies("127.0.0.1, ::1,10.20.0.0/15 , 2001:db8::/33");
  for (const auto* yes :
       {"127.0.0.1", "::1", "10.20.1.2", "10.21.255.255", "::ffff:10.20.0.1", "2001:db8:7fff::1"})
    EXPECT_TRUE(trusts(some, yes)) << yes;
  for (const auto* no :
       {"127.0.0.2", "10.22.0.0", "10.19.255.255", "2001:db8:8000::1", "::2", "::ffff:1.2.3.4"})
    EXPECT_FALSE(trusts(some, no)) << no;
  EXPECT_TRUE(trusts(proxies("0.0.0.0/0"), "203.0.113.9"));
  EXPECT_FALSE(trusts(proxies("0.0.0.0/0"), "2001:db8::1"));
  EXPECT_TRUE(trusts(proxies("::/0"), "203.0.113.9"));
  EXPECT_TRUE(proxies("").empty());
  EXPECT_TRUE(proxies("  ").empty());
}

TEST(TrustedProxies, WhatIsNeitherIsRefusedByName) {
  for (const auto* wrong : {"proxy.example", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/", "::1/129", "10.0.0",
                            "127.0.0.1,", "127.0.0.1 ::1", "/8", "fe80::1%eth0", "0x7f.1", "10.0.0.1/8/8"}) {
    auto parsed = TrustedProxies::parse(wrong);
    EXPECT_FALSE(parsed) << wrong;
    if (!parsed) {
      EXPECT_EQ(parsed.error().code, Errc::invalid);
    }
  }
  EXPECT_THAT(TrustedProxies::parse("::1, nginx").error().message, testing::HasSubstr("\"nginx\""));
}

TEST(TrustedProxies, NobodyElseSaysWhoTheCallerIs) {
  EXPECT_EQ(proxies("").caller("127.0.0.1", "203.0.113.9"), "127.0.0.1");
  auto some = proxies("127.0.0.1");
  EXPECT_EQ(some.caller("198.51.100.7", "203.0.113.9"), "198.51.100.7");
  EXPECT_EQ(some.caller("127.0.0.1", ""), "127.0.0.1");
  EXPECT_EQ(some.caller("127.0.0.1", "203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(some.caller("::ffff:127.0.0.1", "203.0.113.9"), "203.0.113.9");
}

TEST(TrustedProxies, RightmostHopThatIsNoProxyCounts) {
  auto some = proxies("127.0.0.1, 10.0.0.0/8");
  // What stands left of it is the caller's own claim.
  EXPECT_EQ(some.caller("127.0.0.1", "1.1.1.1, 127.0.0.1, 203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(some.caller("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.1.2.3"), "203.0.113.9");
  EXPECT_EQ(some.caller("127.0.0.1", "10.9.9.9 ,10.1.2.3"), "10.9.9.9");
}

TEST(TrustedProxies, PortsAndBracketsAreNoPartOfTheAddress) {
  auto some = proxies("127.0.0.1");
  EXPECT_EQ(some.caller("127.0.0.1", "203.0.113.9:4711"), "203.0.113.9");
  EXPECT_EQ(some.caller("127.0.0.1", "[2001:db8::9]:4711"), "2001:db8::9");
  EXPECT_EQ(some.caller("127.0.0.1", "2001:DB8:0::9"), "2001:db8::9");
  EXPECT_EQ(some.caller("127.0.0.1", "::ffff:203.0.113.9"), "203.0.113.9");
}

TEST(TrustedProxies, HostileHeadersNameNobody) {
  auto some = proxies("127.0.0.1, 10.0.0.0/8");
  for (std::string_view garbage :
       {"unknown", "_hidden", "1.2.3.4.5", ",", " , ,", "203.0.113.9,", "[", "[]", "]:1", ":",
        "::ffff:", "<script>", "1.2.3.4\r\nX: y", "%00", "-1", "999.1.1.1", "127.1"})
    EXPECT_EQ(some.caller("127.0.0.1", garbage), "127.0.0.1") << garbage;
  using namespace std::string_view_literals;
  EXPECT_EQ(some.caller("127.0.0.1", "203.0.113.9\0"sv), "127.0.0.1");
  EXPECT_EQ(some.caller("127.0.0.1", "junk, 10.0.0.5"), "10.0.0.5");
  EXPECT_EQ(some.caller("127.0.0.1", std::string(1'000'000, '1')), "127.0.0.1");
  EXPECT_EQ(some.caller("not an address", "203.0.113.9"), "not an address");
}

TEST(TrustedProxies, EndlessHeaderIsNotReadToItsEnd) {
  std::string hops = "203.0.113.9";
  for (int i = 0; i < 100'000; ++i) hops += ",10.0.0.1";
  EXPECT_EQ(proxies("127.0.0.1, 10.0.0.0/8").caller("127.0.0.1", hops), "10.0.0.1");
}

}  // namespace
}  // namespace classcast::server
