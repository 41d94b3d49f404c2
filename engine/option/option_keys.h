#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/option/secret.h"

/// The keys of the options, with the C++ type of each value. Aliases, defaults, ranges and help are in
/// option_table.cc; a test compares the two.
namespace redshift::option {

/// A number of bytes.
struct ByteSize {
  int64_t bytes = 0;
  friend auto operator<=>(const ByteSize&, const ByteSize&) = default;
};

/// The key of an option whose value has the type T: bool, int64_t, std::string, Secret,
/// std::chrono::milliseconds, ByteSize or one of the enumerations below.
template <typename T>
struct Key {
  std::string_view name;
};

// The order of an enumeration is the order of the values in the option table.
enum class WriteMode { kJdbc, kCopy };
enum class DeliveryGuarantee { kExactlyOnce, kAtLeastOnce };
enum class CopyFormat { kCsv, kParquet };
enum class CopyCompression { kZstd, kGzip, kNone };
enum class CommitExpired { kFail, kSkip, kLoad };
enum class BadRows { kFail, kReject };
enum class CreateTable { kNever, kIfAbsent };
enum class TimestampOverflow { kFail, kCut };
enum class ReadMode { kJdbc, kUnload };
enum class SslMode { kDisable, kRequire, kVerifyCa, kVerifyFull };
enum class AwsCredentialsProvider {
  kAuto,
  kBasic,
  kEnvVar,
  kSysProp,
  kProfile,
  kAssumeRole,
  kWebIdentityToken
};
enum class S3Sse { kNone, kSseS3, kSseKms };
enum class LookupCache { kNone, kPartial };

// Connection.
inline constexpr Key<std::string> kHostname{"hostname"};
inline constexpr Key<int64_t> kPort{"port"};
inline constexpr Key<std::string> kUsername{"username"};
inline constexpr Key<Secret> kPassword{"password"};
inline constexpr Key<std::string> kPasswordFile{"password-file"};
inline constexpr Key<std::string> kDatabaseName{"database-name"};
inline constexpr Key<std::string> kTableName{"table-name"};
inline constexpr Key<std::chrono::milliseconds> kConnectTimeout{"connect.timeout"};
inline constexpr Key<std::chrono::milliseconds> kStatementTimeout{"statement.timeout"};
inline constexpr Key<SslMode> kSslMode{"ssl.mode"};
inline constexpr Key<std::string> kSslRootCert{"ssl.root-cert"};

// Writing.
inline constexpr Key<WriteMode> kSinkWriteMode{"sink.write.mode"};
inline constexpr Key<DeliveryGuarantee> kSinkDeliveryGuarantee{"sink.delivery-guarantee"};
inline constexpr Key<int64_t> kSinkBatchSize{"sink.batch-size"};
inline constexpr Key<std::chrono::milliseconds> kSinkFlushInterval{"sink.flush-interval"};
inline constexpr Key<int64_t> kSinkMaxRetries{"sink.max-retries"};
inline constexpr Key<int64_t> kSinkParallelism{"sink.parallelism"};
inline constexpr Key<std::string> kSinkRunId{"sink.run-id"};
inline constexpr Key<TimestampOverflow> kSinkTimestampOverflow{"sink.timestamp-overflow"};
inline constexpr Key<BadRows> kSinkBadRows{"sink.bad-rows"};
inline constexpr Key<int64_t> kSinkBadRowsMax{"sink.bad-rows.max"};
inline constexpr Key<bool> kSinkBadRowsShowValues{"sink.bad-rows.show-values"};
inline constexpr Key<CreateTable> kSinkCreateTable{"sink.create-table"};
inline constexpr Key<std::string> kSinkCreateTableDistkey{"sink.create-table.distkey"};
inline constexpr Key<std::string> kSinkCreateTableSortkey{"sink.create-table.sortkey"};

// Writing with COPY.
inline constexpr Key<std::string> kS3Uri{"s3-uri"};
inline constexpr Key<std::string> kIamRoleArn{"iam-role-arn"};
inline constexpr Key<CopyFormat> kSinkCopyFormat{"sink.copy.format"};
inline constexpr Key<CopyCompression> kSinkCopyCompression{"sink.copy.compression"};
inline constexpr Key<int64_t> kSinkCopyCompressionLevel{"sink.copy.compression-level"};
inline constexpr Key<ByteSize> kSinkCopyFileSize{"sink.copy.file-size"};
inline constexpr Key<ByteSize> kSinkCopyMemory{"sink.copy.memory"};
inline constexpr Key<bool> kSinkCopyKeepFiles{"sink.copy.keep-files"};
inline constexpr Key<std::string> kSinkCopyOptions{"sink.copy.options"};
inline constexpr Key<std::string> kSinkLedgerTable{"sink.ledger.table"};
inline constexpr Key<std::chrono::milliseconds> kSinkLedgerRetention{"sink.ledger.retention"};
inline constexpr Key<std::chrono::milliseconds> kSinkCommitLockTimeout{"sink.commit.lock-timeout"};
inline constexpr Key<std::chrono::milliseconds> kSinkCommitTimeout{"sink.commit.timeout"};
inline constexpr Key<CommitExpired> kSinkCommitExpired{"sink.commit.expired"};
inline constexpr Key<int64_t> kSinkCommitConflictRetries{"sink.commit.conflict-retries"};
inline constexpr Key<std::chrono::milliseconds> kSinkCommitReconnectTimeout{"sink.commit.reconnect-timeout"};

// Reading.
inline constexpr Key<ReadMode> kScanReadMode{"scan.read.mode"};
inline constexpr Key<int64_t> kScanFetchSize{"scan.fetch-size"};
inline constexpr Key<int64_t> kScanParallelism{"scan.parallelism"};
inline constexpr Key<LookupCache> kLookupCache{"lookup.cache"};
inline constexpr Key<int64_t> kLookupMaxRetries{"lookup.max-retries"};
inline constexpr Key<std::chrono::milliseconds> kLookupExpireAfterAccess{
    "lookup.partial-cache.expire-after-access"};
inline constexpr Key<std::chrono::milliseconds> kLookupExpireAfterWrite{
    "lookup.partial-cache.expire-after-write"};
inline constexpr Key<bool> kLookupCacheMissingKey{"lookup.partial-cache.cache-missing-key"};
inline constexpr Key<int64_t> kLookupMaxRows{"lookup.partial-cache.max-rows"};

// AWS.
inline constexpr Key<std::string> kAwsRegion{"aws.region"};
inline constexpr Key<std::chrono::milliseconds> kAwsRequestTimeout{"aws.request-timeout"};
inline constexpr Key<std::string> kAwsEndpoint{"aws.endpoint"};
inline constexpr Key<AwsCredentialsProvider> kAwsCredentialsProvider{"aws.credentials.provider"};
inline constexpr Key<std::string> kAwsAccessKeyId{"aws.credentials.basic.accesskeyid"};
inline constexpr Key<Secret> kAwsSecretKey{"aws.credentials.basic.secretkey"};
inline constexpr Key<Secret> kAwsSessionToken{"aws.credentials.basic.sessiontoken"};
inline constexpr Key<std::string> kAwsProfileName{"aws.credentials.profile.name"};
inline constexpr Key<std::string> kAwsProfilePath{"aws.credentials.profile.path"};
inline constexpr Key<std::string> kAwsRoleArn{"aws.credentials.role.arn"};
inline constexpr Key<std::string> kAwsRoleSessionName{"aws.credentials.role.sessionName"};
inline constexpr Key<std::string> kAwsRoleExternalId{"aws.credentials.role.externalId"};
inline constexpr Key<std::string> kAwsRoleStsEndpoint{"aws.credentials.role.stsEndpoint"};
inline constexpr Key<std::string> kAwsWebIdentityTokenFile{"aws.credentials.webIdentityToken.file"};
inline constexpr Key<S3Sse> kS3Sse{"s3.sse"};
inline constexpr Key<std::string> kS3SseKmsKeyId{"s3.sse.kms-key-id"};
inline constexpr Key<bool> kIamAuth{"iam.auth"};
inline constexpr Key<std::string> kIamClusterIdentifier{"iam.cluster-identifier"};
inline constexpr Key<std::string> kIamWorkgroup{"iam.workgroup"};
inline constexpr Key<std::string> kIamDbUser{"iam.db-user"};
inline constexpr Key<bool> kIamAutoCreate{"iam.auto-create"};
inline constexpr Key<std::string> kIamDbGroups{"iam.db-groups"};
inline constexpr Key<std::string> kIamEndpoint{"iam.endpoint"};
inline constexpr Key<std::string> kSecretArn{"secret-arn"};
inline constexpr Key<std::string> kSecretEndpoint{"secret-endpoint"};

}  // namespace redshift::option
