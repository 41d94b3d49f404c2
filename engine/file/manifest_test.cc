#include "engine/file/manifest.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace redshift {
namespace {

using ::testing::HasSubstr;

TEST(Manifest, HasTheFormOfTheDocumentation) {
  const std::string text =
      ManifestText({{"s3://bucket/key1", 17, 1}, {"s3://bucket2/key2", 104857, 2}}).ValueOrDie();
  // "Using a manifest to specify data files", with the optional parts always there.
  const auto documented = nlohmann::json::parse(R"({"entries":[
    {"url":"s3://bucket/key1","mandatory":true,"meta":{"content_length":17}},
    {"url":"s3://bucket2/key2","mandatory":true,"meta":{"content_length":104857}}
  ]})");
  EXPECT_EQ(nlohmann::json::parse(text), documented);
}

TEST(Manifest, IsTheSameForTheSameFiles) {
  EXPECT_EQ(ManifestText({{"s3://b/k", 1, 1}}).ValueOrDie(), ManifestText({{"s3://b/k", 1, 9}}).ValueOrDie());
  EXPECT_NE(ManifestText({{"s3://b/k", 1, 1}}).ValueOrDie(), ManifestText({{"s3://b/l", 1, 1}}).ValueOrDie());
}

TEST(Manifest, EscapesKeys) {
  const std::string key = "s3://b/quote\"back\\slash\nline \xC3\xA4";
  EXPECT_EQ(ParseManifest(ManifestText({{key, 5, 1}}).ValueOrDie()).ValueOrDie(),
            (std::vector<ManifestEntry>{{key, 5}}));
}

TEST(Manifest, RefusesKeysThatAreNotFullAddresses) {
  EXPECT_TRUE(ManifestText({{"bucket/key", 1, 1}}).status().IsInvalid());
}

TEST(Manifest, RefusesTextThatIsNotAManifest) {
  for (const char* text : {"", "[]", "{}", "{\"entries\":1}", "{\"entries\":[1]}"}) {
    EXPECT_TRUE(ParseManifest(text).status().IsInvalid()) << text;
  }
}

TEST(Manifest, RefusesEntriesThatCopyMightSkip) {
  EXPECT_THAT(
      ParseManifest(R"({"entries":[{"url":"s3://b/k","meta":{"content_length":1}}]})").status().message(),
      HasSubstr("not mandatory"));
  EXPECT_THAT(
      ParseManifest(R"({"entries":[{"url":"s3://b/k","mandatory":false,"meta":{"content_length":1}}]})")
          .status()
          .message(),
      HasSubstr("not mandatory"));
  EXPECT_THAT(ParseManifest(R"({"entries":[{"url":"s3://b/k","mandatory":true}]})").status().message(),
              HasSubstr("content_length"));
  for (const char* bytes : {"-1", "1.5", "1e300", "18446744073709551615"}) {
    EXPECT_THAT(ParseManifest(std::string(R"({"entries":[{"url":"s3://b/k","mandatory":true,"meta":)") +
                              R"({"content_length":)" + bytes + "}}]}")
                    .status()
                    .message(),
                HasSubstr("content_length"));
  }
}

}  // namespace
}  // namespace redshift
