// SPDX-License-Identifier: MIT
#include "server/first_start.hpp"

#include "server/certificate.hpp"
#include "server/passwords.hpp"
#include "server/state_directory.hpp"
#include "store/schema.hpp"
#include "store/users.hpp"
#include "unit/server/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace classcast::server {
namespace {

mode_t mode_of(const std::filesystem::path& file) {
  struct stat found {};
  EXPECT_EQ(::stat(file.c_str(), &found), 0) << file;
  return found.st_mode & 0777;
}

glib::Ref<GSocketConnectable> identity(const char* host) {
  return glib::Ref<GSocketConnectable>::adopt(g_network_address_new(host, 443));
}

TEST(StateDirectory, IsMadeForItsOwnerAlone) {
  TemporaryDirectory directory;
  ASSERT_TRUE(ensure_state_directory(directory.path() / "a" / "b"));
  EXPECT_EQ(mode_of(directory.path() / "a" / "b"), 0700U);
  EXPECT_TRUE(ensure_state_directory(directory.path() / "a" / "b"));
}

TEST(StateDirectory, ThatIsAFileIsRefused) {
  TemporaryDirectory directory;
  auto file = directory.write("file", "x");
  EXPECT_FALSE(ensure_state_directory(file));
}

TEST(StateFile, IsReplacedWholeAndHasItsModeWhateverTheUmask) {
  TemporaryDirectory directory;
  auto file = directory.path() / "f";
  auto old = ::umask(0077);
  EXPECT_TRUE(write_file(file, "one", 0644));
  ::umask(old);
  EXPECT_EQ(mode_of(file), 0644U);
  EXPECT_TRUE(write_file(file, "two", 0600));
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(read_file(file).value(), "two");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "f.new"));
  EXPECT_EQ(read_file(directory.path() / "none").error().code, Errc::not_found);
}

TEST(Certificate, IsMadeOnceWithAPrivateKey) {
  TemporaryDirectory directory;
  EXPECT_TRUE(ensure_own_certificate(directory.path()).value());
  EXPECT_EQ(mode_of(directory.path() / kOwnKeyFile), 0600U);
  auto first = read_file(directory.path() / kOwnCertificateFile).value();
  EXPECT_FALSE(ensure_own_certificate(directory.path()).value());
  EXPECT_EQ(read_file(directory.path() / kOwnCertificateFile).value(), first);
}

TEST(Certificate, ServesItsNamesToAClientThatTrustsIt) {
  TemporaryDirectory directory;
  auto pem = make_certificate("school.example");
  ASSERT_TRUE(pem);
  auto file = directory.write("c.pem", pem->certificate);
  auto key = directory.write("c.key", pem->key);
  auto certificate = load_certificate(file, key);
  ASSERT_TRUE(certificate) << certificate.error().message;
  auto* c = certificate->certificate.get();
  for (const auto* host : {"localhost", "school.example", "127.0.0.1", "::1"}) {
    EXPECT_EQ(g_tls_certificate_verify(c, identity(host).get(), c), 0) << host;
  }
  EXPECT_NE(g_tls_certificate_verify(c, identity("evil.example").get(), c), 0);
}

TEST(Certificate, HostNameThatIsNoDnsNameIsLeftOut) {
  EXPECT_TRUE(make_certificate("my_pc,IP:1.2.3.4"));
  EXPECT_TRUE(make_certificate(""));
  EXPECT_TRUE(make_certificate(std::string(300, 'a')));
}

TEST(Certificate, OfAnotherKeyOrNoneIsRefused) {
  TemporaryDirectory directory;
  auto text = directory.write("c.pem", "not a certificate");
  auto result = load_certificate(text, text);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid);
  EXPECT_NE(result.error().message.find("c.pem"), std::string::npos);
}

TEST(TokenKeys, AreMadeOnceAndFitEachOther) {
  TemporaryDirectory directory;
  ASSERT_TRUE(ensure_token_keys(directory.path()));
  EXPECT_EQ(mode_of(directory.path() / kTokenKeyFile), 0600U);
  EXPECT_EQ(mode_of(directory.path() / kTokenPublicFile), 0644U);
  auto again = ensure_token_keys(directory.path());
  ASSERT_TRUE(again);
  auto verifier = protocol::TokenVerifier::create(read_file(directory.path() / kTokenPublicFile).value());
  ASSERT_TRUE(verifier);
  EXPECT_TRUE(verifier->verify(again->sign("user:1", "room-1", protocol::Right::watch, 1000), 1000));
}

TEST(TokenKeys, BrokenKeyIsNeitherUsedNorReplaced) {
  TemporaryDirectory directory;
  (void)directory.write(kTokenKeyFile, "broken");
  auto signer = ensure_token_keys(directory.path());
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, Errc::invalid);
  EXPECT_EQ(read_file(directory.path() / kTokenKeyFile).value(), "broken");
}

TEST(Administrator, IsMadeOnceAndCanSignIn) {
  auto database = std::move(*store::open_database("sqlite::memory:"));
  ASSERT_TRUE(store::migrate(*database));
  auto password = ensure_administrator(*database);
  ASSERT_TRUE(password && *password);
  auto admin = store::find_user(*database, "admin");
  ASSERT_TRUE(admin && *admin);
  EXPECT_EQ((*admin)->role, store::Role::admin);
  EXPECT_TRUE(verify_password(**password, (*admin)->password_hash));
  EXPECT_FALSE(ensure_administrator(*database)->has_value());
}

}  // namespace
}  // namespace classcast::server
