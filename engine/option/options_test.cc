#include "engine/option/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/option/nearest_key.h"
#include "engine/option/option_table.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Given = std::map<std::string, std::string>;
using std::chrono::milliseconds;

Given With(const Given& more, std::initializer_list<const char*> without = {}) {
  Given given = {{"connector", "redshift"},
                 {"hostname", "localhost"},
                 {"username", "awsuser"},
                 {"password", "Secr3t"},
                 {"table-name", "sales.Orders"}};
  for (const char* key : without) given.erase(key);
  for (const auto& [key, value] : more) given[key] = value;
  return given;
}

Given Copy(Given more) {
  more.insert({{"sink.write.mode", "copy"}, {"s3-uri", "s3://bucket/stage"}});
  return With(more);
}

Options Parsed(const Given& given) {
  return Options::Parse(given).ValueOrDie();
}

std::string ErrorOf(const Given& given) {
  const auto options = Options::Parse(given);
  return options.ok() ? "no error" : options.status().message();
}

TEST(Options, FillsInDefaults) {
  const Options options = Parsed(With({}));
  EXPECT_EQ(options.Get(option::kPort), 5439);
  EXPECT_EQ(options.Get(option::kDatabaseName), "dev");
  EXPECT_EQ(options.Get(option::kConnectTimeout), milliseconds(30000));
  EXPECT_EQ(options.Find(option::kStatementTimeout), std::nullopt);
  EXPECT_EQ(options.Get(option::kSinkWriteMode), option::WriteMode::kJdbc);
  EXPECT_EQ(options.delivery_guarantee(), option::DeliveryGuarantee::kAtLeastOnce);
  EXPECT_EQ(options.Get(option::kSinkBatchSize), 1000);
  EXPECT_EQ(options.Get(option::kSinkFlushInterval), milliseconds(1000));
  EXPECT_EQ(options.Get(option::kSinkMaxRetries), 3);
  EXPECT_EQ(options.Get(option::kSinkCopyCompression), option::CopyCompression::kZstd);
  EXPECT_EQ(options.Get(option::kSinkCopyFileSize), option::ByteSize{int64_t{128} << 20});
  EXPECT_EQ(options.Get(option::kSinkCopyMemory), option::ByteSize{int64_t{64} << 20});
  EXPECT_EQ(options.Get(option::kSinkLedgerRetention), milliseconds(int64_t{30} * 86400000));
  EXPECT_EQ(options.Get(option::kSslMode), option::SslMode::kVerifyFull);
  EXPECT_EQ(options.Get(option::kAwsCredentialsProvider), option::AwsCredentialsProvider::kAuto);
  EXPECT_FALSE(options.IsSet(option::kPort));
  EXPECT_EQ(options.table(), (TableName{"sales", "orders"}));
}

TEST(Options, ReadsWhatIsGiven) {
  const Options options = Parsed(
      Copy({{"port", "5440"},
            {"sink.copy.compression", "GZIP"},
            {"sink.copy.compression-level", "9"},
            {"sink.copy.file-size", "16 mb"},
            {"sink.copy.keep-files", "TRUE"},
            {"sink.commit.timeout", "2 h"},
            {"sink.timestamp-overflow", "cut"},
            {"iam-role-arn", "arn:aws:iam::123456789012:role/a , arn:aws:iam::210987654321:role/p/b"}}));
  EXPECT_EQ(options.Get(option::kPort), 5440);
  EXPECT_TRUE(options.IsSet(option::kPort));
  EXPECT_EQ(options.Get(option::kSinkCopyCompression), option::CopyCompression::kGzip);
  EXPECT_EQ(options.Get(option::kSinkCopyFileSize).bytes, 16 << 20);
  EXPECT_TRUE(options.Get(option::kSinkCopyKeepFiles));
  EXPECT_EQ(options.Get(option::kSinkTimestampOverflow), option::TimestampOverflow::kCut);
  EXPECT_EQ(options.delivery_guarantee(), option::DeliveryGuarantee::kExactlyOnce);
  EXPECT_EQ(options.s3_bucket(), "bucket");
  EXPECT_EQ(options.s3_prefix(), "stage");
  EXPECT_EQ(options.Get(option::kIamRoleArn),
            "arn:aws:iam::123456789012:role/a,arn:aws:iam::210987654321:role/p/b");
}

TEST(Options, EveryAliasSetsItsOption) {
  for (const OptionSpec& spec : OptionTable()) {
    for (std::string_view alias : spec.aliases) {
      if (spec.later) continue;
      const char* value = spec.key == "s3-uri"                ? "s3://bucket/x"
                          : spec.key == "sink.flush-interval" ? "5 s"
                          : spec.key == "sink.write.mode"     ? "jdbc"
                          : spec.key == "iam-role-arn"        ? "default"
                                                              : "7";
      Given given = With({}, {std::string(spec.key).c_str()});
      given[std::string(alias)] = value;
      const Options options = Parsed(given);
      EXPECT_EQ(options.given().at(std::string(spec.key)), value) << alias;
      EXPECT_FALSE(options.given().contains(std::string(alias))) << alias;
    }
  }
}

TEST(Options, CopyModeIsASwitchToo) {
  for (const char* key : {"copy-mode", "sink.copy-mode"}) {
    EXPECT_EQ(Parsed(With({{key, "true"}, {"s3-uri", "s3://bucket"}})).Get(option::kSinkWriteMode),
              option::WriteMode::kCopy);
    EXPECT_EQ(Parsed(With({{key, "False"}})).Get(option::kSinkWriteMode), option::WriteMode::kJdbc);
    EXPECT_EQ(ErrorOf(With({{key, "yes"}})),
              "'" + std::string(key) + "' = 'yes' is not valid: allowed are true and false");
  }
  EXPECT_THAT(
      ErrorOf(With({{"copy-mode", "true"}, {"sink.mode", "jdbc"}})),
      HasSubstr("'sink.mode' and 'copy-mode' are two spellings of one option and have different values"));
}

TEST(Options, OneOptionMayNotHaveTwoValues) {
  EXPECT_THAT(ErrorOf(With({{"database-name", "a"}, {"database.name", "b"}})),
              HasSubstr("'database-name' and 'database.name' are two spellings of one option"));
  EXPECT_EQ(ErrorOf(With({{"database-name", "a"}, {"database.name", "a"}})), "no error");
  EXPECT_EQ(ErrorOf(With({{"sink.flush-interval", "1 s"}, {"sink.flush.interval", "1000ms"}})), "no error");
}

TEST(Options, UnknownKeysAreRefusedWithTheNearestKnownOne) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"sink.max-retires", "sink.max-retries"},
      {"batch-size", "sink.batch-size"},
      {"sink.batch_size", "sink.batch-size"},
      {"hostnme", "hostname"},
      {"tablename", "table-name"},
      {"s3uri", "s3-uri"},
      {"sink.copy.compresion", "sink.copy.compression"},
      {"aws.region.name", "aws.region"},
      {"Password", "password"},
  };
  for (const auto& [wrong, nearest] : mistakes) {
    EXPECT_EQ(
        ErrorOf(With({{wrong, "1"}})),
        "'" + std::string(wrong) + "' is not an option of this connector; did you mean '" + nearest + "'?");
  }
}

TEST(Options, BadValuesNameKeyValueAndWhatIsAllowed) {
  EXPECT_EQ(ErrorOf(With({{"port", "abc"}})),
            "'port' = 'abc' is not valid: allowed is a whole number from 1 to 65535");
  EXPECT_EQ(ErrorOf(With({{"port", "0"}})),
            "'port' = '0' is not valid: allowed is a whole number from 1 to 65535");
  EXPECT_EQ(ErrorOf(With({{"port", "54 39"}})),
            "'port' = '54 39' is not valid: allowed is a whole number from 1 to 65535");
  EXPECT_EQ(ErrorOf(With({{"sink.mode", "fast"}})),
            "'sink.mode' = 'fast' is not valid: allowed are jdbc, copy");
  EXPECT_EQ(ErrorOf(With({{"sink.flush-interval", "soon"}})),
            "'sink.flush-interval' = 'soon' is not valid: it does not start with a whole number");
  EXPECT_EQ(ErrorOf(With({{"sink.flush-interval", "2 fortnights"}})),
            "'sink.flush-interval' = '2 fortnights' is not valid: its unit is none of d, h, min, s, ms, "
            "\xC2\xB5s, ns");
  EXPECT_EQ(ErrorOf(With({{"connect.timeout", "2 h"}})),
            "'connect.timeout' = '2 h' is not valid: allowed is 1 s to 1 h");
  EXPECT_EQ(ErrorOf(With({{"sink.copy.memory", "1 mb"}})),
            "'sink.copy.memory' = '1 mb' is not valid: allowed is 32 mb to 64 gb");
  EXPECT_EQ(ErrorOf(With({{"connector", "jdbc"}})),
            "'connector' = 'jdbc' is not valid: allowed are redshift");
}

TEST(Options, EveryErrorIsListed) {
  EXPECT_EQ(ErrorOf(With({{"port", "x"}, {"colour", "red"}, {"scan.read.mode", "unload"}})),
            "3 options are not right:\n"
            "  'port' = 'x' is not valid: allowed is a whole number from 1 to 65535\n"
            "  'scan.read.mode' is not supported yet\n"
            "  'colour' is not an option of this connector; did you mean '" +
                NearestKey("colour") + "'?");
}

TEST(Options, WhatIsNotThereYetIsRefused) {
  for (const char* key :
       {"scan.read.mode", "scan.fetch-size", "scan.parallelism", "lookup.cache", "lookup.max-retries",
        "lookup.partial-cache.max-rows", "lookup.partial-cache.expire-after-write"}) {
    EXPECT_EQ(ErrorOf(With({{key, "anything"}})), "'" + std::string(key) + "' is not supported yet");
  }
}

TEST(Options, AKeyOfKmsGoesOnlyWithItsEncryption) {
  const std::string key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  EXPECT_EQ(ErrorOf(With({{"s3.sse", "none"}})), "no error");
  EXPECT_EQ(ErrorOf(With({{"s3.sse", "sse-s3"}})), "no error");
  EXPECT_EQ(ErrorOf(With({{"s3.sse", "SSE-KMS"}})), "no error");
  const Options options =
      Options::Parse(With({{"s3.sse", "sse-kms"}, {"s3.sse.kms-key-id", key}})).ValueOrDie();
  EXPECT_EQ(options.Get(option::kS3Sse), option::S3Sse::kSseKms);
  EXPECT_EQ(options.Find(option::kS3SseKmsKeyId), key);
  for (const Given& given : {Given{}, Given{{"s3.sse", "sse-s3"}}}) {
    Given with_key = given;
    with_key["s3.sse.kms-key-id"] = key;
    EXPECT_EQ(ErrorOf(With(with_key)),
              "'s3.sse.kms-key-id' has no effect unless 's3.sse' = 'sse-kms'; leave it out or set that");
  }
  EXPECT_THAT(ErrorOf(With({{"s3.sse", "sse-kms"}, {"s3.sse.kms-key-id", "a b\r\nx-amz-acl: public-read"}})),
              HasSubstr("it is not the ARN, the id or the alias of a key of KMS"));
}

TEST(Options, SaysWhatIsMissing) {
  EXPECT_EQ(ErrorOf(With({}, {"hostname"})), "'hostname' is missing");
  EXPECT_EQ(ErrorOf(With({}, {"table-name"})), "'table-name' is missing");
  EXPECT_EQ(ErrorOf(With({}, {"username"})), "'username' is missing");
  EXPECT_EQ(ErrorOf(With({}, {"password"})), "'password' is missing; give it, or 'password-file'");
  EXPECT_EQ(ErrorOf(With({{"password-file", "/run/secrets/redshift"}}, {"password"})), "no error");
  EXPECT_THAT(ErrorOf(With({{"password-file", "/run/secrets/redshift"}})), HasSubstr("exclude each other"));
  EXPECT_THAT(ErrorOf(With({{"sink.write.mode", "copy"}})), HasSubstr("'s3-uri' is missing"));
  EXPECT_EQ(ErrorOf(With({{"s3-uri", "s3://bucket/x"}})), "no error") << "jdbc mode may carry it along";
}

TEST(Options, APromiseThatTheModeCannotKeepIsRefused) {
  EXPECT_THAT(
      ErrorOf(With({{"sink.delivery-guarantee", "exactly-once"}})),
      HasSubstr("'sink.delivery-guarantee' = 'exactly-once' cannot be kept with 'sink.write.mode' = 'jdbc'"));
  EXPECT_EQ(ErrorOf(With({{"sink.delivery-guarantee", "at-least-once"}})), "no error");
  EXPECT_EQ(ErrorOf(Copy({{"sink.delivery-guarantee", "exactly-once"}})), "no error");
  EXPECT_EQ(Parsed(Copy({{"sink.delivery-guarantee", "at-least-once"}})).delivery_guarantee(),
            option::DeliveryGuarantee::kAtLeastOnce);
}

TEST(Options, ALevelMustSuitTheCompression) {
  EXPECT_EQ(ErrorOf(Copy({{"sink.copy.compression-level", "22"}})), "no error");
  EXPECT_FALSE(Options::Parse(Copy({{"sink.copy.compression-level", "23"}})).ok());
  EXPECT_EQ(
      ErrorOf(Copy({{"sink.copy.compression", "gzip"}, {"sink.copy.compression-level", "10"}})),
      "'sink.copy.compression-level' = '10' is not valid: with 'sink.copy.compression' = 'gzip' allowed is a "
      "whole number from 1 to 9");
  EXPECT_THAT(ErrorOf(Copy({{"sink.copy.compression", "none"}, {"sink.copy.compression-level", "1"}})),
              HasSubstr("has no effect"));
  EXPECT_EQ(ErrorOf(Copy({{"sink.copy.compression", "none"}})), "no error");
}

TEST(Options, BasicKeysBelongTogether) {
  const Given keys = {{"aws.credentials.basic.accesskeyid", "AKIA"},
                      {"aws.credentials.basic.secretkey", "hush"}};
  EXPECT_EQ(Parsed(Copy(keys)).Get(option::kAwsCredentialsProvider), option::AwsCredentialsProvider::kBasic);
  EXPECT_EQ(Parsed(Copy(keys)).Get(option::kAwsSecretKey).Reveal(), "hush");
  EXPECT_EQ(ErrorOf(Copy({{"aws.credentials.provider", "BASIC"}})),
            "2 options are not right:\n"
            "  'aws.credentials.basic.accesskeyid' is missing; the provider BASIC needs it\n"
            "  'aws.credentials.basic.secretkey' is missing; the provider BASIC needs it");
  Given with_auto = keys;
  with_auto["aws.credentials.provider"] = "AUTO";
  EXPECT_THAT(ErrorOf(Copy(with_auto)), HasSubstr("has no effect with 'aws.credentials.provider' = 'AUTO'"));
  EXPECT_THAT(ErrorOf(Copy({{"aws.credentials.basic.sessiontoken", "t"}})),
              HasSubstr("accesskeyid' is missing"));
}

TEST(Options, CredentialsOfAnotherProviderAreRefused) {
  const std::string role = "arn:aws:iam::123456789012:role/loader";
  const auto with = [](const char* provider, Given more) {
    if (*provider != '\0') more["aws.credentials.provider"] = provider;
    return ErrorOf(Copy(more));
  };
  EXPECT_EQ(with("ENV_VAR", {}), "no error");
  EXPECT_EQ(with("SYS_PROP", {}), "no error");
  EXPECT_EQ(with("PROFILE", {}), "no error");
  EXPECT_EQ(with("PROFILE", {{"aws.credentials.profile.name", "etl"}}), "no error");
  EXPECT_EQ(with("ASSUME_ROLE", {{"aws.credentials.role.arn", role}}), "no error");
  EXPECT_EQ(with("WEB_IDENTITY_TOKEN", {}), "no error") << "AWS_ROLE_ARN may say it where the job runs";
  EXPECT_EQ(with("ASSUME_ROLE", {}),
            "'aws.credentials.role.arn' is missing; the provider ASSUME_ROLE needs it");
  EXPECT_EQ(with("ASSUME_ROLE",
                 {{"aws.credentials.role.arn", role}, {"aws.credentials.basic.accesskeyid", "AKIA"}}),
            "'aws.credentials.basic.secretkey' is missing; the other basic keys need it");
  EXPECT_EQ(
      with("", {{"aws.credentials.role.arn", role}}),
      "'aws.credentials.role.*' has no effect with 'aws.credentials.provider' = 'AUTO'; leave it out or "
      "choose ASSUME_ROLE or WEB_IDENTITY_TOKEN");
  EXPECT_THAT(with("", {{"aws.credentials.role.arn", role},
                        {"aws.credentials.basic.accesskeyid", "AKIA"},
                        {"aws.credentials.basic.secretkey", "hush"}}),
              HasSubstr("has no effect with 'aws.credentials.provider' = 'BASIC'"));
  EXPECT_THAT(with("PROFILE", {{"aws.credentials.webIdentityToken.file", "/t"}}),
              HasSubstr("choose WEB_IDENTITY_TOKEN"));
  EXPECT_THAT(with("ENV_VAR", {{"aws.credentials.profile.name", "etl"}}), HasSubstr("choose PROFILE"));
  EXPECT_THAT(with("WEB_IDENTITY_TOKEN", {{"aws.credentials.role.externalId", "x"}}),
              HasSubstr("choose ASSUME_ROLE"));
  EXPECT_THAT(with("SYS_PROP", {{"aws.credentials.role.stsEndpoint", "https://sts.example"}}),
              HasSubstr("'aws.credentials.role.stsEndpoint' has no effect"));
}

TEST(Options, ARoleToAssumeHasTheFormsOfAws) {
  const auto with = [](const char* key, const char* value) {
    Given given = {{"aws.credentials.provider", "ASSUME_ROLE"},
                   {"aws.credentials.role.arn", "arn:aws:iam::123456789012:role/loader"}};
    given[key] = value;
    return ErrorOf(Copy(given));
  };
  EXPECT_THAT(with("aws.credentials.role.arn", "loader"), HasSubstr("is not the ARN of a role"));
  EXPECT_THAT(with("aws.credentials.role.sessionName", "nightly load"), HasSubstr("is not valid"));
  EXPECT_EQ(with("aws.credentials.role.sessionName", "nightly+load@etl"), "no error");
  EXPECT_THAT(with("aws.credentials.role.stsEndpoint", "sts.example"), HasSubstr("does not begin with http"));
}

TEST(Options, SecretsStayOutOfMessages) {
  EXPECT_THAT(ErrorOf(With({{"password", "Secr3t"}, {"port", "x"}, {"hostname", ""}})),
              Not(HasSubstr("Secr3t")));
  EXPECT_EQ(ErrorOf(With({{"password", ""}})), "'password' is not valid: it is empty");
  EXPECT_EQ(Parsed(With({})).Get(option::kPassword).Reveal(), "Secr3t");
}

TEST(Options, WhatWasGivenMakesTheSameOptionsAgain) {
  const Options first =
      Parsed(With({{"sink.batch.size", "5"}, {"copy-mode", "true"}, {"s3-uri", "s3://bucket/a/"}}));
  const Options again = Parsed(first.given());
  EXPECT_EQ(again.given(), first.given());
  EXPECT_EQ(again.Get(option::kSinkBatchSize), 5);
  EXPECT_EQ(again.Get(option::kSinkWriteMode), option::WriteMode::kCopy);
  EXPECT_EQ(again.s3_prefix(), "a");
}

TEST(Options, FormsAreChecked) {
  EXPECT_EQ(ErrorOf(With({{"hostname", "redshift://me:Secr3t@h:5439/dev"}})),
            "'hostname' is not valid: it is a URL; give the host name alone");
  EXPECT_THAT(ErrorOf(With({{"aws.endpoint", "http://me:Secr3t@h:9000"}})), Not(HasSubstr("Secr3t")));
  EXPECT_THAT(ErrorOf(With({{"hostname", "jdbc:redshift://h:5439/dev"}})),
              AllOf(HasSubstr("'hostname' = 'jdbc:redshift://h:5439/dev'"), HasSubstr("it is a URL")));
  EXPECT_THAT(ErrorOf(With({{"table-name", "a.b.c"}})), HasSubstr("'table-name' = 'a.b.c' is not valid"));
  EXPECT_THAT(ErrorOf(Copy({{"s3-uri", "s3a://bucket/x"}})), HasSubstr("s3://bucket/prefix"));
  EXPECT_THAT(ErrorOf(Copy({{"iam-role-arn", "admin"}})), HasSubstr("'admin' is not the ARN of a role"));
  EXPECT_THAT(ErrorOf(Copy({{"aws.endpoint", "localhost:9000"}})), HasSubstr("http://"));
  EXPECT_THAT(ErrorOf(Copy({{"sink.run-id", "a b"}})), HasSubstr("'sink.run-id' = 'a b'"));
  EXPECT_THAT(ErrorOf(Copy({{"sink.ledger.table", "\"open"}})), HasSubstr("a quote is not closed"));
  EXPECT_THAT(ErrorOf(Copy({{"sink.commit.lock-timeout", "2 h"}, {"sink.commit.timeout", "1 h"}})),
              HasSubstr("longer than 'sink.commit.timeout'"));
  EXPECT_THAT(ErrorOf(Copy({{"sink.commit.lock-timeout", "2 h"}})),
              HasSubstr("longer than 'sink.commit.timeout'"))
      << "whose default is an hour";
  for (const char* mode : {"disable", "require"}) {
    EXPECT_THAT(ErrorOf(With({{"ssl.mode", mode}, {"ssl.root-cert", "/ca.pem"}})),
                AllOf(HasSubstr("'ssl.root-cert' has no effect"), HasSubstr(mode)));
  }
}

TEST(Options, WhatOnlyCopyModeHeedsIsRefusedInJdbcMode) {
  const Given copy_only = {{"sink.copy.format", "csv"},
                           {"sink.copy.compression", "zstd"},
                           {"sink.copy.compression-level", "1"},
                           {"sink.copy.file-size", "1 mb"},
                           {"sink.copy.memory", "64 mb"},
                           {"sink.copy.keep-files", "false"},
                           {"sink.copy.options", "COMPUPDATE OFF"},
                           {"sink.run-id", "nightly"},
                           {"sink.ledger.retention", "3 d"},
                           {"sink.commit.timeout", "1 h"},
                           {"sink.commit.expired", "skip"}};
  for (const auto& [key, value] : copy_only) {
    EXPECT_EQ(ErrorOf(With({{key, value}})),
              "'" + key + "' has no effect with 'sink.write.mode' = 'jdbc'; leave it out or choose copy");
  }
  EXPECT_EQ(ErrorOf(Copy(copy_only)), "no error");
}

TEST(Options, ALimitOfRejectedRowsNeedsThemToBeRejected) {
  EXPECT_EQ(ErrorOf(With({{"sink.bad-rows.max", "5"}})),
            "'sink.bad-rows.max' has no effect unless 'sink.bad-rows' = 'reject'; leave it out or set that");
  EXPECT_EQ(ErrorOf(With({{"sink.bad-rows.max", "5"}, {"sink.bad-rows", "reject"}})), "no error");
}

TEST(Options, WhoOnlyUsesS3NeedsNoTableAndNoLogin) {
  const auto message = [](const Given& given) {
    const auto options = Options::ParseForStorage(given);
    return options.ok() ? "no error" : options.status().message();
  };
  const auto options = Options::ParseForStorage({{"copy-temp-s3-uri", "s3://bucket/a/b/"}});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->s3_bucket(), "bucket");
  EXPECT_EQ(options->s3_prefix(), "a/b");
  EXPECT_THAT(message({}), HasSubstr("'s3-uri' is missing"));
  EXPECT_THAT(message({{"s3-uri", "bucket/a"}}), HasSubstr("'s3-uri' = 'bucket/a' is not valid"));
  EXPECT_THAT(message({{"s3-uri", "s3://bucket/a"}, {"aws.credentials.provider", "BASIC"}}),
              HasSubstr("'aws.credentials.basic.accesskeyid' is missing"));
  // The options of a whole table can be given as they are.
  EXPECT_EQ(message(Copy({})), "no error");
  EXPECT_THAT(message({{"s3-uri", "s3://bucket/a"}, {"s3-url", "x"}}), HasSubstr("did you mean 's3-uri'?"));
  EXPECT_THAT(message({{"s3-uri", "s3://bucket/a"}, {"port", "x"}}), HasSubstr("'port' = 'x' is not valid"));
}

TEST(Options, KeysOfACreatedTableNeedItToBeCreated) {
  EXPECT_EQ(
      ErrorOf(With({{"sink.create-table.distkey", "id"}})),
      "'sink.create-table.distkey' has no effect unless 'sink.create-table' = 'if-absent'; leave it out or "
      "set that");
  EXPECT_THAT(ErrorOf(With({{"sink.create-table", "if-absent"}, {"sink.create-table.distkey", "id, city"}})),
              HasSubstr("a DISTKEY is one column"));
  EXPECT_THAT(ErrorOf(With({{"sink.create-table", "if-absent"}, {"sink.create-table.sortkey", "id,,city"}})),
              HasSubstr("'sink.create-table.sortkey' = 'id,,city' is not valid: a part of it is empty"));
  Parsed(With({{"sink.create-table", "if-absent"},
               {"sink.create-table.distkey", "\"a, b\""},
               {"sink.create-table.sortkey", "id, city"}}));
}

}  // namespace
}  // namespace redshift
