// Tokens: their text, and who holds them.
#include "server/access/token.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "server/access/identity.h"
#include "server/domain/refusal.h"
#include "tests/testing/world.h"

namespace samsyn::access {
namespace {

constexpr char kToken[] = "municipalities/0136/tokens/11111111-1111-4111-8111-111111111111";

TEST(TokenText, GoesThereAndBack) {
  const std::string secret = MakeSecret();
  ASSERT_EQ(secret.size(), 64u);
  EXPECT_NE(secret, MakeSecret());
  const std::string text = FormatToken(kToken, secret);
  EXPECT_EQ(text, absl::StrCat("samsyn_0136_11111111-1111-4111-8111-111111111111_", secret));
  const auto parsed = ParseToken(text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->name, kToken);
  EXPECT_EQ(parsed->secret, secret);
}

TEST(TokenText, AnythingElseIsNone) {
  const std::string good = FormatToken(kToken, MakeSecret());
  for (const std::string& text :
       {std::string(), std::string("samsyn"), std::string("samsyn_0136__"), good.substr(1),
        good.substr(0, good.size() - 1), good + "0", absl::StrCat("Samsyn", good.substr(6)),
        std::string("samsyn_136_a_") + std::string(64, '0'),
        std::string("samsyn_0136_../a_") + std::string(64, '0'),
        std::string("samsyn_0136_a_") + std::string(64, 'g'),
        std::string("samsyn_0136_a_") + std::string(64, '\0'), std::string(100'000, '_')}) {
    EXPECT_FALSE(ParseToken(text).has_value()) << text.substr(0, 80);
  }
}

TEST(TokenText, IsReadFromTheHeader) {
  EXPECT_EQ(BearerOf("Bearer abc"), "abc");
  EXPECT_EQ(BearerOf("bearer  abc "), "abc");
  EXPECT_EQ(BearerOf("Basic abc"), "");
  EXPECT_EQ(BearerOf("Bearer"), "");
  EXPECT_EQ(BearerOf(""), "");
}

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() : secret_(MakeSecret()) {
    world_.AddOrganisation("polisen", v1::ORGANISATION_KIND_POLICE, true);
    world_.AddMember("anna", "polisen", {v1::ROLE_REPORTER});
    PutToken([](v1::Token&) {});
  }
  // Puts the token as it was issued, changed by `change`.
  void PutToken(std::function<void(v1::Token&)> change) {
    token_.set_name(kToken);
    token_.set_member(samsyn::testing::MemberName("anna"));
    *token_.mutable_expire_time() = domain::TimestampOf(world_.now() + absl::Hours(1));
    change(token_);
    world_.Put(token_);
  }
  absl::StatusOr<Identity> Identified(absl::string_view secret, bool issued = true) {
    domain::Overlay view(world_.picture());
    if (issued) view.SetCredential(kToken, CredentialOf(secret_));
    return Identify(view, world_.now(), {kToken, std::string(secret)});
  }
  v1::ErrorReason ReasonFor(absl::string_view secret, bool issued = true) {
    const auto identity = Identified(secret, issued);
    return identity.ok() ? v1::ERROR_REASON_UNSPECIFIED : domain::ReasonOf(identity.status());
  }

  samsyn::testing::World world_;
  std::string secret_;
  v1::Token token_;
};

TEST_F(IdentityTest, TheHolderIsTheMember) {
  const auto identity = Identified(secret_);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->caller.member, samsyn::testing::MemberName("anna"));
  EXPECT_EQ(identity->caller.token, kToken);
  EXPECT_EQ(identity->watch_quota, 20);
}

TEST_F(IdentityTest, AnotherSecretIsNobody) {
  EXPECT_EQ(ReasonFor(MakeSecret()), v1::ERROR_REASON_NO_IDENTITY);
  EXPECT_EQ(ReasonFor(secret_, /*issued=*/false), v1::ERROR_REASON_NO_IDENTITY);
}

TEST_F(IdentityTest, RevokedExpiredOrRemovedHasEnded) {
  PutToken(
      [&](v1::Token& token) { *token.mutable_expire_time() = domain::TimestampOf(world_.now()); });
  EXPECT_EQ(ReasonFor(secret_), v1::ERROR_REASON_IDENTITY_ENDED);
  PutToken([&](v1::Token& token) {
    *token.mutable_expire_time() = domain::TimestampOf(world_.now() + absl::Hours(1));
  });
  EXPECT_EQ(ReasonFor(secret_), v1::ERROR_REASON_UNSPECIFIED);
  PutToken(
      [&](v1::Token& token) { *token.mutable_revoke_time() = domain::TimestampOf(world_.now()); });
  EXPECT_EQ(ReasonFor(secret_), v1::ERROR_REASON_IDENTITY_ENDED);
  PutToken([](v1::Token& token) { token.clear_revoke_time(); });
  v1::Member member = world_.Now<v1::Member>(samsyn::testing::MemberName("anna"));
  member.set_removed(true);
  world_.Put(member);
  EXPECT_EQ(ReasonFor(secret_), v1::ERROR_REASON_IDENTITY_ENDED);
}

TEST_F(IdentityTest, TheTokenMustBelongToTheCertificatesOrganisation) {
  const domain::Caller caller{samsyn::testing::MemberName("anna"), kToken};
  EXPECT_TRUE(CheckCertificate(world_.picture(), caller, {"kommunen", "polisen"}).ok());
  EXPECT_EQ(domain::ReasonOf(CheckCertificate(world_.picture(), caller, {"kommunen"})),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_FALSE(CheckCertificate(world_.picture(), caller, {}).ok());
}

}  // namespace
}  // namespace samsyn::access
