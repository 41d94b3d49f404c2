#include "engine/sql/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sql/literal.h"

namespace redshift {
namespace {

TEST(QuoteLiteral, DoublesQuotesAndBackslashes) {
  EXPECT_EQ(*QuoteLiteral("it's", "text"), "'it''s'");
  EXPECT_EQ(*QuoteLiteral("\\N", "text"), "'\\\\N'");
  EXPECT_EQ(*QuoteLiteral("\\'; drop table x; --", "text"), "'\\\\''; drop table x; --'");
}

TEST(QuoteLiteral, RefusesControlCharacters) {
  for (std::string_view text : {std::string_view("a\nb"), std::string_view("\0", 1), std::string_view("\x1b"),
                                std::string_view("\x7f")}) {
    const arrow::Status status = QuoteLiteral(text, "manifest's URL").status();
    EXPECT_TRUE(status.IsInvalid());
    EXPECT_THAT(status.message(), ::testing::HasSubstr("manifest's URL"));
  }
}

TEST(MaskSecrets, HidesTheValuesThatAreKnown) {
  EXPECT_EQ(MaskSecrets("key wJalrXUtnFEMI was refused", {"wJalrXUtnFEMI"}), "key *** was refused");
}

TEST(MaskSecrets, HidesWhatFollowsCredentialKeywords) {
  EXPECT_EQ(
      MaskSecrets("COPY t FROM 's3://b/k' ACCESS_KEY_ID 'AKIA1' SECRET_ACCESS_KEY 'se''cret' "
                  "session_token 'to\\'ken' FORMAT CSV",
                  {}),
      "COPY t FROM 's3://b/k' ACCESS_KEY_ID '***' SECRET_ACCESS_KEY '***' session_token '***' FORMAT CSV");
  EXPECT_EQ(MaskSecrets("with credentials as 'aws_access_key_id=a;aws_secret_access_key=b' csv", {}),
            "with credentials as '***' csv");
  EXPECT_EQ(MaskSecrets("bad value aws_secret_access_key=abcdef;token=xyz", {}),
            "bad value aws_secret_access_key=***;token=***");
}

TEST(MaskSecrets, HidesSecretsAsLiteralsWriteThem) {
  EXPECT_EQ(MaskSecrets("syntax error at \"it''s-\\\\secret\"", {"it's-\\secret"}),
            "syntax error at \"***\"");
}

TEST(MaskSecrets, HidesPiecesOfAStatementThatTheServerHasCut) {
  const std::string key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  const std::string copy =
      "COPY t FROM 's3://b/k' ACCESS_KEY_ID 'AKIA1' SECRET_ACCESS_KEY '" + key + "' FORMAT CSV";
  for (size_t length = 1; length < copy.size(); ++length) {
    for (const std::string& cut : {copy.substr(0, length), copy.substr(length)}) {
      const std::string masked = MaskSecrets("QUERY: " + cut, {key});
      for (size_t at = 0; at + 8 <= key.size(); ++at) {
        ASSERT_EQ(masked.find(key.substr(at, 8)), std::string::npos) << cut;
      }
    }
  }
}

TEST(MaskSecrets, HidesSecretsThatShareABeginningAsAWhole) {
  const std::string first = "IQoJb3JpZ2luX2VjEOne";
  const std::string second = "IQoJb3JpZ2luX2VjETwo";
  EXPECT_EQ(MaskSecrets("<" + first + "> <" + second + ">", {first, second}), "<***> <***>");
}

TEST(MaskSecrets, LeavesOtherTextAlone) {
  const std::string text = "Invalid credentials. Check 'stl_load_errors'.";
  EXPECT_EQ(MaskSecrets(text, {}), text);
  // A secret of one or two letters would blank half the message.
  EXPECT_EQ(MaskSecrets("a message", {"a"}), "a message");
}

}  // namespace
}  // namespace redshift
