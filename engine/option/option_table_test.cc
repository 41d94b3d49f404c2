#include "engine/option/option_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/option/option_keys.h"
#include "engine/option/options.h"

namespace redshift {
namespace {

TEST(OptionTable, EverySpellingOccursOnce) {
  std::set<std::string_view> seen;
  for (const OptionSpec& spec : OptionTable()) {
    EXPECT_TRUE(seen.insert(spec.key).second) << spec.key;
    for (std::string_view alias : spec.aliases) EXPECT_TRUE(seen.insert(alias).second) << alias;
    for (std::string_view alias : spec.switch_aliases) EXPECT_TRUE(seen.insert(alias).second) << alias;
  }
}

TEST(OptionTable, EveryOptionIsExplained) {
  for (const OptionSpec& spec : OptionTable()) {
    EXPECT_FALSE(spec.help.empty()) << spec.key;
    EXPECT_TRUE(spec.help.ends_with('.')) << spec.key;
    if (spec.kind == OptionKind::kEnum) {
      EXPECT_FALSE(spec.values.empty()) << spec.key;
    }
    if (spec.kind == OptionKind::kInteger) {
      EXPECT_LT(spec.min, spec.max) << spec.key;
    }
  }
}

/// Flink hides a value in logs, error messages and answers of REST when its key has one of these words, in
/// lower case: GlobalConfiguration.isSensitive. Words for other purposes are left out.
TEST(OptionTable, FlinkHidesTheValuesOfSecretsByTheirKeys) {
  const auto hidden = [](std::string_view key) {
    for (std::string_view word : {"password", "secret", "token"}) {
      if (key.find(word) != std::string_view::npos) return true;
    }
    return false;
  };
  for (const OptionSpec& spec : OptionTable()) {
    if (spec.kind != OptionKind::kSecret) continue;
    EXPECT_TRUE(hidden(spec.key)) << spec.key;
    for (std::string_view alias : spec.aliases) EXPECT_TRUE(hidden(alias)) << alias;
  }
}

template <typename T>
OptionKind KindOf() {
  if constexpr (std::is_enum_v<T>) return OptionKind::kEnum;
  if constexpr (std::is_same_v<T, bool>) return OptionKind::kBool;
  if constexpr (std::is_same_v<T, int64_t>) return OptionKind::kInteger;
  if constexpr (std::is_same_v<T, std::string>) return OptionKind::kText;
  if constexpr (std::is_same_v<T, Secret>) return OptionKind::kSecret;
  if constexpr (std::is_same_v<T, std::chrono::milliseconds>) return OptionKind::kDuration;
  if constexpr (std::is_same_v<T, option::ByteSize>) return OptionKind::kByteSize;
}

class KeyCheck {
 public:
  template <typename T>
  void operator()(option::Key<T> key) {
    const OptionSpec* spec = FindOption(key.name);
    ASSERT_NE(spec, nullptr) << key.name;
    EXPECT_EQ(spec->kind, KindOf<T>()) << key.name;
    EXPECT_TRUE(checked_.insert(key.name).second) << key.name;
  }
  size_t count() const { return checked_.size(); }

 private:
  std::set<std::string_view> checked_;
};

TEST(OptionTable, KeysInCodeHaveTheTypeOfTheTable) {
  using namespace option;  // NOLINT: the keys are the subject here
  KeyCheck check;
  check(kHostname), check(kPort), check(kUsername), check(kPassword), check(kPasswordFile),
      check(kDatabaseName);
  check(kTableName), check(kConnectTimeout), check(kStatementTimeout), check(kSslMode), check(kSslRootCert);
  check(kSinkWriteMode), check(kSinkDeliveryGuarantee), check(kSinkBatchSize), check(kSinkFlushInterval);
  check(kSinkMaxRetries), check(kSinkParallelism), check(kSinkRunId), check(kSinkTimestampOverflow);
  check(kSinkBadRows), check(kSinkBadRowsMax), check(kSinkBadRowsShowValues), check(kSinkCreateTable);
  check(kSinkCreateTableDistkey), check(kSinkCreateTableSortkey);
  check(kS3Uri), check(kIamRoleArn), check(kSinkCopyFormat), check(kSinkCopyCompression);
  check(kSinkCopyCompressionLevel), check(kSinkCopyFileSize), check(kSinkCopyMemory),
      check(kSinkCopyKeepFiles);
  check(kSinkCopyOptions), check(kSinkLedgerTable), check(kSinkLedgerRetention),
      check(kSinkCommitLockTimeout);
  check(kSinkCommitTimeout), check(kSinkCommitExpired), check(kSinkCommitConflictRetries);
  check(kSinkCommitReconnectTimeout);
  check(kScanReadMode), check(kScanFetchSize), check(kScanParallelism), check(kLookupCache);
  check(kLookupMaxRetries), check(kLookupExpireAfterAccess), check(kLookupExpireAfterWrite);
  check(kLookupCacheMissingKey), check(kLookupMaxRows);
  check(kAwsRegion), check(kAwsRequestTimeout), check(kAwsEndpoint), check(kAwsCredentialsProvider),
      check(kAwsAccessKeyId);
  check(kAwsSecretKey), check(kAwsSessionToken), check(kAwsProfileName), check(kAwsProfilePath),
      check(kAwsRoleArn);
  check(kAwsRoleSessionName), check(kAwsRoleExternalId), check(kAwsRoleStsEndpoint);
  check(kAwsWebIdentityTokenFile), check(kS3Sse);
  check(kS3SseKmsKeyId), check(kIamAuth), check(kIamClusterIdentifier), check(kIamWorkgroup),
      check(kIamDbUser);
  check(kIamAutoCreate), check(kIamDbGroups), check(kIamEndpoint), check(kSecretArn), check(kSecretEndpoint);
  // `connector` is read by Flink alone.
  EXPECT_EQ(check.count() + 1, OptionTable().size());
}

}  // namespace
}  // namespace redshift
