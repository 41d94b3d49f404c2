#include "local/copy/copy_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/copy/option_matrix.h"
#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kRole[] = " iam_role 'arn:aws:iam::123456789012:role/loader'";

CopyStatement Parsed(const std::string& text) {
  auto parsed = ParseCopy(text, false);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status().ToString();
  return parsed.ok() ? *parsed : CopyStatement{};
}

CopyStatement WithOptions(const std::string& options) {
  return Parsed(std::string("copy t from 's3://b/k'") + kRole + " " + options);
}

SqlErrorFields ErrorOf(const std::string& text) {
  auto parsed = ParseCopy(text, false);
  auto status = parsed.ok() ? CheckCopyOptions(*parsed) : parsed.status();
  EXPECT_FALSE(status.ok()) << text;
  return status.ok() ? SqlErrorFields{} : SqlErrorOf(status);
}

SqlErrorFields ErrorWithOptions(const std::string& options) {
  return ErrorOf(std::string("copy t from 's3://b/k'") + kRole + " " + options);
}

TEST(CopyParser, ReadsTableColumnsAndSource) {
  const auto copy = Parsed(std::string("COPY Dev.\"Public\".T (A, \"b C\") FROM 's3://b/k'") + kRole + ";");
  EXPECT_EQ(copy.table.database, "dev");
  EXPECT_EQ(copy.table.schema, "public");
  EXPECT_EQ(copy.table.table, "t");
  EXPECT_THAT(copy.columns, ElementsAre("a", "b c"));
  EXPECT_EQ(copy.source, "s3://b/k");
  EXPECT_EQ(copy.format, CopyFormat::kText);
  EXPECT_EQ(copy.delimiter, '|');
  EXPECT_EQ(copy.null_as, "\\N");
}

TEST(CopyParser, QuotedNamesKeepTheirCaseOnlyWhenIdentifiersAreCaseSensitive) {
  const auto text = std::string("copy \"MyTable\" from 's3://b/k'") + kRole;
  EXPECT_EQ(ParseCopy(text, false)->table.table, "mytable");
  EXPECT_EQ(ParseCopy(text, true)->table.table, "MyTable");
  EXPECT_EQ(ParseCopy(std::string("copy MyTable from 's3://b/k'") + kRole, true)->table.table, "mytable");
}

TEST(CopyParser, TakesParametersInAnyOrderWithAndWithoutAs) {
  const auto copy = Parsed(
      "copy t from 's3://b/k' csv gzip maxerror 10 manifest delimiter as '|' null as '@NULL@' quote '%' "
      "ignoreheader as 2 dateformat 'auto' timeformat as 'epochsecs' acceptinvchars as '^' region as "
      "'eu-west-1' "
      "encoding utf8 compupdate preset statupdate off comprows 1000 "
      "access_key_id 'id' secret_access_key 'secret' session_token 'token' /* end */ -- really");
  EXPECT_EQ(copy.format, CopyFormat::kCsv);
  EXPECT_TRUE(copy.Has(CopyOption::kGzip));
  EXPECT_TRUE(copy.Has(CopyOption::kManifest));
  EXPECT_EQ(copy.max_error, 10);
  EXPECT_EQ(copy.delimiter, '|');
  EXPECT_EQ(copy.quote, '%');
  EXPECT_EQ(copy.null_as, "@NULL@");
  EXPECT_EQ(copy.ignore_header, 2);
  EXPECT_EQ(copy.date_format, "auto");
  EXPECT_EQ(copy.time_format, "epochsecs");
  EXPECT_EQ(copy.replacement, '^');
  EXPECT_EQ(copy.region, "eu-west-1");
  ASSERT_TRUE(copy.authorization.keys.has_value());
  EXPECT_EQ(copy.authorization.keys->access_key_id, "id");
  EXPECT_EQ(copy.authorization.keys->secret_access_key, "secret");
  EXPECT_EQ(copy.authorization.keys->session_token, "token");
  EXPECT_TRUE(CheckCopyOptions(copy).ok());
}

TEST(CopyParser, FormatAndAsAreOptionalInFrontOfTheFormat) {
  for (const auto* spelling : {"csv", "format csv", "format as csv", "FORMAT AS CSV", "as csv"}) {
    EXPECT_EQ(WithOptions(spelling).format, CopyFormat::kCsv) << spelling;
  }
  EXPECT_EQ(WithOptions("csv").delimiter, ',');
  EXPECT_EQ(WithOptions("format as delimiter ','").delimiter, ',');
}

TEST(CopyParser, DelimitersMayBeEscapes) {
  EXPECT_EQ(WithOptions("delimiter '\\t'").delimiter, '\t');
  EXPECT_EQ(WithOptions("delimiter '\\001'").delimiter, '\1');
  EXPECT_EQ(WithOptions("delimiter ';'").delimiter, ';');
}

TEST(CopyParser, NullAsReadsBackslashMarkers) {
  EXPECT_EQ(WithOptions("null as '\\N'").null_as, "\\N");
  EXPECT_EQ(WithOptions("null as '\\\\N'").null_as, "\\N");
  EXPECT_EQ(WithOptions("null as '\\0'").null_as, std::string("\0", 1));
  EXPECT_EQ(WithOptions("null as '\\000'").null_as, std::string("\0", 1));
  EXPECT_EQ(WithOptions("null ''").null_as, "");
  EXPECT_EQ(ErrorWithOptions("null as '\\n'").sqlstate, "0A000");
}

TEST(CopyParser, UnknownWordsAreSyntaxErrorsWithTheirPlace) {
  const auto error = ErrorOf("copy t from 's3://b/k' iam_role default frobnicate");
  EXPECT_EQ(error.sqlstate, "42601");
  EXPECT_EQ(error.message, "syntax error at or near \"frobnicate\"");
  EXPECT_EQ(error.position, 41);
  for (const auto* text : {"copy", "copy t", "copy t from", "copy t (a from 's3://b/k' iam_role default",
                           "copy t from 's3://b/k", "copy t from 's3://b/k' iam_role default delimiter",
                           "copy t from 's3://b/k' iam_role default maxerror 'x'",
                           "copy t from 's3://b/k' iam_role default, csv",
                           "copy t from 's3://b/k' iam_role default csv; select 1",
                           "copy t from 's3://b/k' iam_role default encoding latin1",
                           "copy t from 's3://b/k' iam_role default rcfile",
                           "copy t from 's3://b/k' iam_role default as gzip"}) {
    EXPECT_EQ(ErrorOf(text).sqlstate, "42601") << text;
  }
}

TEST(CopyParser, AParameterGivenTwiceIsRefused) {
  for (const auto* options : {"gzip gzip", "csv csv", "csv json 'auto'", "delimiter ',' delimiter '|'",
                              "maxerror 1 maxerror 2", "null as 'a' null as 'b'"}) {
    EXPECT_EQ(ErrorWithOptions(options).sqlstate, "42601") << options;
  }
}

TEST(CopyParser, SourcesThatRedshiftDoesNotHaveAreRefusedInItsWords) {
  for (const auto* text :
       {"copy t from stdin", "copy t to stdout", "copy t from '/tmp/file' iam_role default",
        "copy t to '/tmp/file'", "copy (select 1) to stdout", "copy t (a) from stdin with csv"}) {
    const auto error = ErrorOf(text);
    EXPECT_EQ(error.sqlstate, "0A000") << text;
    EXPECT_EQ(error.message,
              "LOAD source is not supported. (Hint: only S3 or DynamoDB or EMR based load is allowed)")
        << text;
  }
}

TEST(CopyAuthorization, ExactlyOneFormIsTaken) {
  EXPECT_THAT(Parsed("copy t from 's3://b/k' iam_role default").authorization.roles, ElementsAre("default"));
  EXPECT_THAT(Parsed("copy t from 's3://b/k' iam_role 'arn:aws:iam::123456789012:role/a,"
                     "arn:aws:iam::210987654321:role/path/b'")
                  .authorization.roles,
              ElementsAre("arn:aws:iam::123456789012:role/a", "arn:aws:iam::210987654321:role/path/b"));
  EXPECT_THAT(
      Parsed("copy t from 's3://b/k' with credentials as 'aws_iam_role=arn:aws:iam::123456789012:role/a'")
          .authorization.roles,
      ElementsAre("arn:aws:iam::123456789012:role/a"));
  const auto legacy = Parsed(
      "copy t from 's3://b/k' credentials 'aws_access_key_id=AK;aws_secret_access_key=a+b/c=;token=tok=='");
  ASSERT_TRUE(legacy.authorization.keys.has_value());
  EXPECT_EQ(legacy.authorization.keys->access_key_id, "AK");
  EXPECT_EQ(legacy.authorization.keys->secret_access_key, "a+b/c=");
  EXPECT_EQ(legacy.authorization.keys->session_token, "tok==");

  for (const auto* text :
       {"copy t from 's3://b/k'", "copy t from 's3://b/k' iam_role default iam_role default",
        "copy t from 's3://b/k' iam_role default access_key_id 'a' secret_access_key 'b'",
        "copy t from 's3://b/k' access_key_id 'a'", "copy t from 's3://b/k' secret_access_key 'a'",
        "copy t from 's3://b/k' session_token 'a'",
        "copy t from 's3://b/k' iam_role default credentials "
        "'aws_access_key_id=a;aws_secret_access_key=b'"}) {
    EXPECT_EQ(ErrorOf(text).sqlstate, "42601") << text;
  }
}

TEST(CopyAuthorization, RolesOfAChainStandWithoutBlanks) {
  for (const auto* roles :
       {"arn:aws:iam::123456789012:role/a, arn:aws:iam::123456789012:role/b", "loader", "",
        "arn:aws:iam::1234:role/a", "arn:aws:iam::123456789012:user/a", "arn:aws:iam::123456789012:role/"}) {
    EXPECT_EQ(ErrorOf(std::string("copy t from 's3://b/k' iam_role '") + roles + "'").sqlstate, "XX000")
        << roles;
  }
}

TEST(CopyAuthorization, TheLegacyStringIsCheckedLiterally) {
  for (const auto* text : {"aws_access_key_id=a; aws_secret_access_key=SECRET",
                           "AWS_ACCESS_KEY_ID=a;aws_secret_access_key=SECRET", "aws_access_key_id=a",
                           "aws_access_key_id=a;aws_secret_access_key=", "aws_iam_role=",
                           "aws_access_key_id=a;aws_secret_access_key=SECRET;", "foo=bar", "",
                           "aws_iam_role=arn:aws:iam::123456789012:role/a;token=SECRET"}) {
    const auto error = ErrorOf(std::string("copy t from 's3://b/k' credentials '") + text + "'");
    EXPECT_THAT(error.message, HasSubstr("Invalid credentials. Must be of the format: credentials '"))
        << text;
    EXPECT_THAT(error.message, testing::Not(HasSubstr("SECRET")));
  }
}

TEST(CopyAuthorization, SecretsNeverStandInSyntaxErrors) {
  for (const auto* text : {"copy t from 's3://b/k' access_key_id 'a' secret_access_key 'SECRET' 'SECRET'",
                           "copy t from 's3://b/k' access_key_id 'a' secret_access_key 'SECRET",
                           "copy t from 's3://b/k' access_key_id 'a' 'SECRET'"}) {
    EXPECT_THAT(ErrorOf(text).message, testing::Not(HasSubstr("SECRET"))) << text;
  }
}

TEST(CopyOptionMatrix, TextAndCsvTakeWhatTheGuideSays) {
  const std::string both =
      "delimiter ';' null as 'x' emptyasnull blanksasnull fillrecord ignoreheader 1 ignoreblanklines zstd "
      "encoding utf8 dateformat 'auto' timeformat 'auto' acceptanydate acceptinvchars truncatecolumns "
      "trimblanks "
      "roundec maxerror 3 noload compupdate off comprows 5000 statupdate on manifest explicit_ids "
      "region 'us-east-1' ";
  EXPECT_TRUE(CheckCopyOptions(WithOptions(both)).ok());
  EXPECT_TRUE(CheckCopyOptions(WithOptions(both + "csv quote ''''")).ok());
  EXPECT_TRUE(CheckCopyOptions(WithOptions(both + "escape removequotes")).ok());

  EXPECT_EQ(ErrorWithOptions("csv escape").message, "ESCAPE argument is not supported for CSV based COPY");
  EXPECT_EQ(ErrorWithOptions("csv removequotes").sqlstate, "0A000");
  EXPECT_EQ(ErrorWithOptions("quote '%'").message,
            "QUOTE argument is not supported for delimited text based COPY");
  EXPECT_EQ(ErrorWithOptions("serializetojson").sqlstate, "0A000");
  EXPECT_EQ(ErrorWithOptions("readratio 50").sqlstate, "0A000");
}

TEST(CopyOptionMatrix, JsonTakesWhatTheGuideSays) {
  for (const auto* form : {"json", "json 'auto'", "format as json 'AUTO IGNORECASE'",
                           "json as 's3://b/paths'", "json 'noshred'"}) {
    EXPECT_TRUE(
        CheckCopyOptions(WithOptions(std::string(form) +
                                     " gzip encoding utf8 emptyasnull blanksasnull ignoreheader 1 "
                                     "acceptanydate acceptinvchars truncatecolumns trimblanks roundec "
                                     "dateformat 'auto' timeformat 'auto' maxerror 3 noload manifest "
                                     "compupdate off statupdate off explicit_ids region 'x'"))
            .ok())
        << form;
  }
  for (const auto* option : {"delimiter ','", "escape", "fillrecord", "ignoreblanklines", "null as 'x'",
                             "removequotes", "quote '%'", "serializetojson", "readratio 50"}) {
    EXPECT_EQ(ErrorWithOptions(std::string("json ") + option).sqlstate, "0A000") << option;
  }
  EXPECT_EQ(ErrorWithOptions("json csv").sqlstate, "42601");
  EXPECT_EQ(ErrorWithOptions("json 'sometimes'").sqlstate, "42601");
}

TEST(CopyOptionMatrix, ContradictionsAreRefused) {
  EXPECT_EQ(ErrorWithOptions("gzip zstd").sqlstate, "42601");
  EXPECT_EQ(ErrorWithOptions("maxerror 5 ignoreallerrors").sqlstate, "42601");
  EXPECT_EQ(ErrorWithOptions("maxerror 100001").sqlstate, "22023");
  EXPECT_EQ(ErrorWithOptions("csv delimiter '\"'").sqlstate, "0A000");
  EXPECT_EQ(ErrorWithOptions("delimiter 'ab'").sqlstate, "0A000");
}

TEST(CopyOptionMatrix, WhatTheStandInDoesNotDoSaysSo) {
  for (const auto* options : {"avro 'auto'", "orc", "fixedwidth 'a:3,b:4'", "shapefile simplify auto '0.1'",
                              "lzop", "encoding utf16", "encoding as 'utf16le'"}) {
    const auto error = ErrorWithOptions(options);
    EXPECT_EQ(error.sqlstate, "0A000") << options;
    EXPECT_THAT(error.message, HasSubstr("redshift-local does not carry out COPY")) << options;
  }
  EXPECT_THAT(ErrorOf("copy t from 'emr://c/p' iam_role default").message, HasSubstr("EMR"));
  EXPECT_THAT(ErrorOf("copy t from 'dynamodb://t' iam_role default readratio 50").message,
              HasSubstr("DynamoDB"));
  EXPECT_THAT(ErrorOf("copy t from 's3://b/k' iam_role default ssh").message, HasSubstr("SSH"));
  EXPECT_THAT(ErrorWithOptions("encrypted").message, HasSubstr("withdrawn"));
  EXPECT_THAT(ErrorOf("copy t from 's3://b/k' credentials "
                      "'aws_access_key_id=a;aws_secret_access_key=b;master_symmetric_key=c' encrypted")
                  .message,
              HasSubstr("withdrawn"));
}

}  // namespace
}  // namespace redshift_local
