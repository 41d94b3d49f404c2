#include "engine/file/staged_key.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace redshift {
namespace {

const std::string kAttempt =
    "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-555555555555/";

TEST(StagedKey, FilesManifestsAndStagedRejectFilesAreOurs) {
  for (const char* name : {"0-0.csv.zst", "12-345.csv.gz", "0-0.csv", "31-7.parquet", "0-2.rejected.ndjson",
                           "17-0123456789ab.manifest", "9223372036854775807-0123456789ab.manifest"}) {
    EXPECT_TRUE(IsStagedKey(kAttempt + name)) << name;
    EXPECT_TRUE(IsStagedUploadKey(kAttempt + name)) << name;
  }
}

TEST(StagedKey, WhatIsNotOfThatFormIsNotOurs) {
  const std::string name = "0-0.csv.zst";
  const std::string attempt = kAttempt;
  for (const std::string& key : std::vector<std::string>{
           "",
           "write-check",
           name,
           attempt,
           attempt + "0-0.csv.zst.bak",
           attempt + "0-0.csv.bz2",
           attempt + "-0.csv",
           attempt + "0-.csv",
           attempt + "0.csv",
           attempt + "orders.csv",
           attempt + "0-0.ndjson",
           attempt + "17-0123456789AB.manifest",
           attempt + "17-0123456789.manifest",
           attempt + "17-0123456789abc.manifest",
           attempt + "17.manifest",
           attempt + "x/" + name,
           "/" + attempt + name,
           "x/" + attempt + name,
           "rejected/" + attempt + name,
           // As rejected rows are published.
           "rejected/5d41402abc4b2a76b9719d911017c592/8d0b4fd7/17/"
           "11111111-2222-4333-8444-555555555555-0-0.ndjson",
           "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/" + name,
           "5d41402abc4b2a76b9719d911017c592/8d0b4fd/11111111-2222-4333-8444-555555555555/" + name,
           "5D41402ABC4B2A76B9719D911017C592/8d0b4fd7/11111111-2222-4333-8444-555555555555/" + name,
           "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-55555555555g/" + name,
           "5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111222243338444555555555555/" + name,
       }) {
    EXPECT_FALSE(IsStagedKey(key)) << key;
  }
}

TEST(StagedKey, AnUploadMayBeThatOfTheCheckAtTheStart) {
  EXPECT_TRUE(IsStagedUploadKey("write-check"));
  EXPECT_FALSE(IsStagedUploadKey("a/write-check"));
}

}  // namespace
}  // namespace redshift
