#include "engine/sql/copy_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Sql(std::string_view text) {
  auto parameters = ParseCopyParameters(text);
  if (!parameters.ok()) return "refused: " + parameters.status().message();
  std::string sql;
  for (const CopyParameter& parameter : *parameters) sql += "[" + parameter.sql + "]";
  return sql;
}

// Forms of Redshift's guide: "Data conversion parameters", "Data load operations".
TEST(CopyParameters, EveryFormOfTheGuideIsRead) {
  EXPECT_EQ(Sql(""), "");
  EXPECT_EQ(Sql("truncatecolumns  TRIMBLANKS,\nRounDec, ACCEPTANYDATE"),
            "[TRUNCATECOLUMNS][TRIMBLANKS][ROUNDEC][ACCEPTANYDATE]");
  EXPECT_EQ(Sql("ACCEPTINVCHARS"), "[ACCEPTINVCHARS]");
  EXPECT_EQ(Sql("ACCEPTINVCHARS '_' TRIMBLANKS"), "[ACCEPTINVCHARS AS '_'][TRIMBLANKS]");
  EXPECT_EQ(Sql("ACCEPTINVCHARS AS ''''"), "[ACCEPTINVCHARS AS '''']");
  EXPECT_EQ(Sql("COMPUPDATE STATUPDATE"), "[COMPUPDATE][STATUPDATE]");
  EXPECT_EQ(Sql("COMPUPDATE PRESET STATUPDATE on"), "[COMPUPDATE PRESET][STATUPDATE ON]");
  EXPECT_EQ(Sql("COMPUPDATE FALSE STATUPDATE TRUE"), "[COMPUPDATE OFF][STATUPDATE ON]");
}

TEST(CopyParameters, EverythingElseIsRefusedByItsName) {
  for (const char* name : {"MAXERROR", "FILLRECORD", "NULL", "EMPTYASNULL", "IGNOREHEADER", "CREDENTIALS",
                           "IAM_ROLE", "EXPLICIT_IDS", "ESCAPE", "FORMAT", "MANIFEST", "xyz"}) {
    std::string upper = name;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    EXPECT_THAT(Sql(std::string("ROUNDEC ") + name),
                AllOf(HasSubstr("'" + upper + "'"), HasSubstr("TRIMBLANKS")));
  }
  EXPECT_THAT(Sql("STATUPDATE PRESET"), HasSubstr("'PRESET'"));
  EXPECT_THAT(Sql("TRIMBLANKS ON"), HasSubstr("'ON'"));
  EXPECT_THAT(Sql("ROUNDEC; DROP TABLE x"), HasSubstr("'ROUNDEC;'"));
}

TEST(CopyParameters, BadArgumentsAreRefused) {
  EXPECT_THAT(Sql("ROUNDEC roundec"), HasSubstr("ROUNDEC stands there twice"));
  EXPECT_THAT(Sql("ACCEPTINVCHARS 'ab'"), HasSubstr("one visible ASCII character"));
  EXPECT_THAT(Sql("ACCEPTINVCHARS 'ä'"), HasSubstr("one visible ASCII character"));
  EXPECT_THAT(Sql("ACCEPTINVCHARS ''"), HasSubstr("one visible ASCII character"));
  EXPECT_THAT(Sql("ACCEPTINVCHARS AS"), HasSubstr("AS needs a character"));
  EXPECT_THAT(Sql("ACCEPTINVCHARS 'x"), HasSubstr("not closed"));
}

TEST(CopyParameters, WhatChangesValuesIsRefusedWithAKey) {
  for (const char* text : {"ACCEPTINVCHARS", "TRUNCATECOLUMNS", "TRIMBLANKS", "ROUNDEC", "ACCEPTANYDATE"}) {
    EXPECT_THAT(CheckCopyParameters(*ParseCopyParameters(text), true, false).message(),
                AllOf(HasSubstr(text), HasSubstr("PRIMARY KEY")));
    EXPECT_TRUE(CheckCopyParameters(*ParseCopyParameters(text), false, false).ok());
  }
  EXPECT_TRUE(CheckCopyParameters(*ParseCopyParameters("COMPUPDATE OFF STATUPDATE OFF"), true, false).ok());
}

TEST(CopyParameters, ParquetTakesFewer) {
  EXPECT_TRUE(CheckCopyParameters(*ParseCopyParameters("ACCEPTINVCHARS STATUPDATE ON"), false, true).ok());
  for (const char* text : {"TRUNCATECOLUMNS", "TRIMBLANKS", "ROUNDEC", "ACCEPTANYDATE", "COMPUPDATE OFF"}) {
    EXPECT_THAT(CheckCopyParameters(*ParseCopyParameters(text), false, true).message(), HasSubstr("Parquet"));
  }
}

}  // namespace
}  // namespace redshift
