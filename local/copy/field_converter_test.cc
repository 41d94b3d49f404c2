// Value by value, against the fact sheet of Redshift's COPY: null matrix, strict parsing, error codes.
#include "local/copy/field_converter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/copy/copy_test_support.h"

namespace redshift_local {
namespace {

using testing::HasSubstr;

struct Converted {
  std::string value;
  int code = 0;
  std::string reason;
  bool replaced = false;
};

CopyStatement Options(std::initializer_list<CopyOption> options) {
  CopyStatement statement;
  for (const auto option : options) statement.given.set(static_cast<size_t>(option));
  return statement;
}

Converted Convert(const CopyStatement& statement, const CopyColumn& column, std::string_view text,
                  bool quoted = false) {
  const auto converter = FieldConverter::Make(statement, column);
  EXPECT_TRUE(converter.ok()) << converter.status().ToString();
  Converted converted;
  FieldError error;
  FieldView field{text, text, quoted};
  if (!converter->Append(field, &converted.value, &error, &converted.replaced)) {
    converted = {"", error.code, error.reason, false};
  }
  return converted;
}

Converted Convert(const CopyColumn& column, std::string_view text) {
  return Convert({}, column, text);
}

const auto kVarchar = Column("c", ColumnKind::kVarchar, 10);
const auto kChar = Column("c", ColumnKind::kChar, 5);
const auto kInteger = Column("c", ColumnKind::kInteger);
const auto kDate = Column("c", ColumnKind::kDate);
const auto kTimestamp = Column("c", ColumnKind::kTimestamp);
const auto kTimestampTz = Column("c", ColumnKind::kTimestampTz);

TEST(NullMatrix, DefaultMarkerIsNullForEveryType) {
  EXPECT_EQ(Convert(kVarchar, "\\N").value, "\\N");
  EXPECT_EQ(Convert(kInteger, "\\N").value, "\\N");
}

TEST(NullMatrix, EmptyAndBlankFieldsDependOnTheType) {
  EXPECT_EQ(Convert(kVarchar, "").value, "");
  EXPECT_EQ(Convert(kChar, "").value, "");
  EXPECT_EQ(Convert(kVarchar, "  ").value, "  ");
  for (const auto kind :
       {ColumnKind::kInteger, ColumnKind::kBoolean, ColumnKind::kDate, ColumnKind::kDouble}) {
    EXPECT_EQ(Convert(Column("c", kind), "").value, "\\N");
    EXPECT_EQ(Convert(Column("c", kind), "  ").value, "\\N");
  }
  EXPECT_EQ(Convert(Decimal("c", 5, 2), "").value, "\\N");
}

TEST(NullMatrix, EmptyAsNullAndBlanksAsNull) {
  const auto empty = Options({CopyOption::kEmptyAsNull});
  EXPECT_EQ(Convert(empty, kVarchar, "").value, "\\N");
  EXPECT_EQ(Convert(empty, kVarchar, "  ").value, "  ");
  const auto blanks = Options({CopyOption::kBlanksAsNull});
  EXPECT_EQ(Convert(blanks, kVarchar, "  ").value, "\\N");
  EXPECT_EQ(Convert(blanks, kVarchar, "").value, "");
}

TEST(NullMatrix, QuotedFieldsAreTextNotNull) {
  EXPECT_EQ(Convert({}, kVarchar, "", true).value, "");
  EXPECT_EQ(Convert({}, kInteger, "", true).value, "\\N");
  CopyStatement marker;
  marker.null_as = "@NULL@";
  EXPECT_EQ(Convert(marker, kVarchar, "@NULL@", false).value, "\\N");
  EXPECT_EQ(Convert(marker, kVarchar, "@NULL@", true).value, "@NULL@");
  // With another marker \N is text, and a type error elsewhere.
  EXPECT_EQ(Convert(marker, kVarchar, "\\N").value, "\\\\N");
  EXPECT_EQ(Convert(marker, kInteger, "\\N").code, 1207);
}

TEST(NullMatrix, NullInANotNullColumnIs1213) {
  const auto converted = Convert(NotNull(kVarchar), "\\N");
  EXPECT_EQ(converted.code, 1213);
  EXPECT_EQ(converted.reason, "Missing data for not-null field");
  EXPECT_EQ(Convert(NotNull(kInteger), "").code, 1213);
  EXPECT_EQ(Convert(NotNull(kVarchar), "").value, "");
}

TEST(NullMatrix, NulByteIsNullOnlyAsTheWholeField) {
  CopyStatement nul;
  nul.null_as = std::string("\0", 1);
  EXPECT_EQ(Convert(nul, kVarchar, std::string_view("\0", 1)).value, "\\N");
  EXPECT_EQ(Convert(nul, kVarchar, std::string_view("a\0", 2)).code, 1218);
  EXPECT_EQ(Convert(kVarchar, std::string_view("a\0b", 3)).code, 1220);
}

TEST(Text, IsMeasuredInBytes) {
  EXPECT_EQ(Convert(kVarchar, "0123456789").value, "0123456789");
  EXPECT_EQ(Convert(kVarchar, "ααααα").value, "ααααα");
  const auto too_long = Convert(kVarchar, "ααααα.");
  EXPECT_EQ(too_long.code, 1204);
  EXPECT_EQ(too_long.reason, "String length exceeds DDL length");
  EXPECT_EQ(Convert(kVarchar, "0123456789   ").value, "0123456789");
  EXPECT_EQ(Convert(kChar, "abcdef").reason, "Char length exceeds DDL length");
}

TEST(Text, TruncateColumnsCutsAtACharacter) {
  const auto cut = Options({CopyOption::kTruncateColumns});
  EXPECT_EQ(Convert(cut, kVarchar, "0123456789a").value, "0123456789");
  EXPECT_EQ(Convert(cut, kVarchar, "012345678α").value, "012345678");
  EXPECT_EQ(Convert(cut, kChar, "abcdef").value, "abcde");
}

TEST(Text, TrimBlanksCutsVarcharOnly) {
  const auto trim = Options({CopyOption::kTrimBlanks});
  EXPECT_EQ(Convert(trim, kVarchar, "a  ").value, "a");
  EXPECT_EQ(Convert(trim, kChar, "a  ").value, "a  ");
}

TEST(Text, CharTakesOneByteCharactersOnly) {
  const auto converted = Convert(kChar, "aé");
  EXPECT_EQ(converted.code, 1220);
  EXPECT_EQ(converted.reason,
            "Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: c3 a9");
}

TEST(Text, BadUtf8Is1220WithItsSubCode) {
  const auto lead = Convert(kVarchar, "a\xa4");
  EXPECT_EQ(lead.code, 1220);
  EXPECT_EQ(lead.reason,
            "String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: a4 (error 3)");
  EXPECT_THAT(Convert(kVarchar, "\xf8\x88").reason, HasSubstr("f8 (error 1)"));
  EXPECT_THAT(Convert(kVarchar, "a\xe2\x82").reason, HasSubstr("e2 82 (error 2)"));
  EXPECT_THAT(Convert(kVarchar, "\xe2z").reason, HasSubstr("(error 4)"));
  EXPECT_THAT(Convert(kVarchar, "\xed\xa0\x80").reason, HasSubstr("ed a0 80 (error 5)"));
  EXPECT_EQ(Convert(kVarchar, "\xf4\x90\x80\x80").code, 1220);
  EXPECT_EQ(Convert(kVarchar, "\xc0\x80").code, 1220);
  // Noncharacters load.
  EXPECT_EQ(Convert(kVarchar, "\xef\xbf\xbe").value, "\xef\xbf\xbe");
  EXPECT_EQ(Convert(kVarchar, "\U0010FFFF").value, "\U0010FFFF");
}

TEST(Text, AcceptInvCharsPutsOneCharacterForEachBadByte) {
  auto accept = Options({CopyOption::kAcceptInvChars});
  auto converted = Convert(accept, kVarchar, "a\xa4\xe2\x82z");
  EXPECT_EQ(converted.value, "a???z");
  EXPECT_TRUE(converted.replaced);
  accept.replacement = '^';
  EXPECT_EQ(Convert(accept, kVarchar, "\xef\xbf\xbe").value, "^^^");
  EXPECT_EQ(Convert(accept, kChar, "\xa4").code, 1220);
  EXPECT_FALSE(Convert(accept, kVarchar, "é").replaced);
}

TEST(Text, IsEscapedForPostgres) {
  EXPECT_EQ(Convert(kVarchar, "a\tb\\c\nd\r").value, "a\\tb\\\\c\\nd\\r");
}

TEST(Integers, AreStrict) {
  EXPECT_EQ(Convert(kInteger, "-2147483648").value, "-2147483648");
  EXPECT_EQ(Convert(kInteger, "+7").value, "7");
  EXPECT_EQ(Convert(kInteger, "2147483648").code, 1222);
  EXPECT_EQ(Convert(Column("c", ColumnKind::kSmallint), "-32769").code, 1222);
  EXPECT_EQ(Convert(Column("c", ColumnKind::kBigint), "9223372036854775807").value, "9223372036854775807");
  EXPECT_EQ(Convert(Column("c", ColumnKind::kBigint), "9223372036854775808").code, 1222);
  const auto letter = Convert(kInteger, "a");
  EXPECT_EQ(letter.code, 1207);
  EXPECT_EQ(letter.reason, "Invalid digit, Value 'a', Pos 0, Type: Integer");
  EXPECT_EQ(Convert(kInteger, "12.5").reason, "Invalid digit, Value '.', Pos 2, Type: Integer");
  EXPECT_EQ(Convert(kInteger, "-").code, 1207);
  EXPECT_EQ(Convert(kInteger, "1 ").code, 1207);
}

TEST(Decimals, SurplusFractionIsCutUnlessRoundec) {
  const auto column = Decimal("c", 8, 2);
  EXPECT_EQ(Convert(column, "7.019").value, "7.01");
  EXPECT_EQ(Convert(column, "-7.019").value, "-7.01");
  EXPECT_EQ(Convert(column, "7").value, "7.00");
  EXPECT_EQ(Convert(column, ".5").value, "0.50");
  EXPECT_EQ(Convert(column, "-0.001").value, "0.00");
  const auto round = Options({CopyOption::kRoundEc});
  EXPECT_EQ(Convert(round, column, "7.019").value, "7.02");
  EXPECT_EQ(Convert(round, column, "7.0149").value, "7.01");
  EXPECT_EQ(Convert(round, column, "-7.015").value, "-7.02");
  EXPECT_EQ(Convert(round, column, "999999.999").code, 1204);
  EXPECT_EQ(Convert(column, "999999.999").value, "999999.99");
}

TEST(Decimals, RangeAndTheSixtyFourBitRule) {
  EXPECT_EQ(Convert(Decimal("c", 8, 2), "1000000").code, 1204);
  EXPECT_EQ(Convert(Decimal("c", 8, 2), "0001000.5").value, "1000.50");
  EXPECT_EQ(Convert(Decimal("c", 19, 0), "9223372036854775807").value, "9223372036854775807");
  EXPECT_EQ(Convert(Decimal("c", 19, 0), "9223372036854775808").code, 1204);
  EXPECT_EQ(Convert(Decimal("c", 19, 0), "-9223372036854775808").value, "-9223372036854775808");
  EXPECT_EQ(Convert(Decimal("c", 38, 0), "99999999999999999999999999999999999999").value,
            "99999999999999999999999999999999999999");
  EXPECT_EQ(Convert(Decimal("c", 38, 37), "-9.9999999999999999999999999999999999999").value,
            "-9.9999999999999999999999999999999999999");
  EXPECT_EQ(Convert(Decimal("c", 38, 0), "100000000000000000000000000000000000000").code, 1204);
}

TEST(Decimals, BadOnesAre1209) {
  for (const auto* text : {"abc", "1.2.3", "-", ".", "1e5", "NaN", "1,5"}) {
    EXPECT_EQ(Convert(Decimal("c", 8, 2), text).code, 1209) << text;
  }
}

TEST(Floats, TakeDecimalsExponentsAndSpecialValues) {
  const auto column = Column("c", ColumnKind::kDouble);
  EXPECT_EQ(Convert(column, "1.5e-3").value, "1.5e-3");
  EXPECT_EQ(Convert(column, "-.5").value, "-.5");
  EXPECT_EQ(Convert(column, "nan").value, "NaN");
  EXPECT_EQ(Convert(column, "-inf").value, "-Infinity");
  EXPECT_EQ(Convert(column, "Infinity").value, "Infinity");
  EXPECT_EQ(Convert(column, "1e-400").value, "0");
  EXPECT_EQ(Convert(column, "1e400").code, 1204);
  EXPECT_EQ(Convert(Column("c", ColumnKind::kReal), "1e39").code, 1204);
  for (const auto* text : {"abc", "1.2.3", "1e", "-", "0x10", "1 "}) {
    EXPECT_EQ(Convert(column, text).code, 1208) << text;
  }
}

TEST(Booleans, TakeRedshiftsWords) {
  const auto column = Column("c", ColumnKind::kBoolean);
  for (const auto* text : {"t", "TRUE", "y", "Yes", "1"}) EXPECT_EQ(Convert(column, text).value, "t") << text;
  for (const auto* text : {"f", "false", "N", "no", "0"}) EXPECT_EQ(Convert(column, text).value, "f") << text;
  for (const auto* text : {"on", "2", "tru"}) EXPECT_EQ(Convert(column, text).code, 1210) << text;
}

TEST(Dates, DefaultFormat) {
  EXPECT_EQ(Convert(kDate, "2024-02-29").value, "2024-02-29");
  EXPECT_EQ(Convert(kDate, "0001-01-01").value, "0001-01-01");
  EXPECT_EQ(Convert(kDate, "9999-12-31").value, "9999-12-31");
  const auto is_short = Convert(kDate, "2024-2-9");
  EXPECT_EQ(is_short.code, 1205);
  EXPECT_EQ(is_short.reason, "Invalid Date Format - length must be 10 or more");
  for (const auto* text : {"2023-02-29", "2024-13-01", "01/02/2024", "2024-01-01x", "0000-01-01"}) {
    EXPECT_EQ(Convert(kDate, text).code, 1205) << text;
  }
}

TEST(Dates, PatternsAndAuto) {
  CopyStatement pattern;
  pattern.date_format = "DD.MM.YYYY";
  EXPECT_EQ(Convert(pattern, kDate, "09.02.2024").value, "2024-02-09");
  EXPECT_EQ(Convert(pattern, kDate, "9.2.2024").value, "2024-02-09");
  EXPECT_EQ(Convert(pattern, kDate, "2024-02-09").code, 1205);
  pattern.date_format = "YYYYMMDD";
  EXPECT_EQ(Convert(pattern, kDate, "20240209").value, "2024-02-09");
  EXPECT_EQ(Convert(pattern, kDate, "2024209").code, 1205);
  pattern.date_format = "MON DD YY";
  EXPECT_EQ(Convert(pattern, kDate, "Feb 09 99").value, "1999-02-09");

  CopyStatement automatic;
  automatic.date_format = "auto";
  const std::pair<const char*, const char*> recognised[] = {
      {"1999-01-08", "1999-01-08"},
      {"January 08, 1999", "1999-01-08"},
      {"1/8/1999", "1999-01-08"},
      {"01/02/00", "2000-01-02"},
      {"2000-Jan-31", "2000-01-31"},
      {"Jan-31-2000", "2000-01-31"},
      {"31-Jan-2000", "2000-01-31"},
      {"20080215", "2008-02-15"},
      {"080215", "2008-02-15"},
      {"2008.366", "2008-12-31"},
      {"J2451187", "1999-01-08"},
      {"January 8, 99 BC", "0099-01-08 BC"},
      {"2019-02-11T05:09:12.195Z", "2019-02-11"},
      {"08.01.1999", "1999-01-08"},
  };
  for (const auto& [text, expected] : recognised)
    EXPECT_EQ(Convert(automatic, kDate, text).value, expected) << text;
  for (const auto* text : {"abc", "1999", "1999-13-01", "99.99.99", "32-Jan-2000", "2009.366"}) {
    EXPECT_EQ(Convert(automatic, kDate, text).code, 1205) << text;
  }
}

TEST(Dates, AFormatMustNameADate) {
  for (const auto* format : {"AUTO", "YYYY-MM", "HH:MI:SS", "YYYY-MM-DD HH:MI:SSOF"}) {
    CopyStatement statement;
    statement.date_format = format;
    EXPECT_EQ(SqlErrorOf(FieldConverter::Make(statement, kDate).status()).sqlstate, "22007") << format;
  }
}

TEST(Timestamps, DefaultFormat) {
  EXPECT_EQ(Convert(kTimestamp, "2024-02-29 23:59:59").value, "2024-02-29 23:59:59");
  EXPECT_EQ(Convert(kTimestamp, "2024-02-29 23:59:59.123456").value, "2024-02-29 23:59:59.123456");
  EXPECT_EQ(Convert(kTimestamp, "2024-02-29 23:59:59.1").value, "2024-02-29 23:59:59.100000");
  EXPECT_EQ(Convert(kTimestamp, "2024-02-29").value, "2024-02-29 00:00:00");
  EXPECT_EQ(Convert(kTimestamp, "2024-02-29 10:00:00+02").value, "2024-02-29 10:00:00");
  for (const auto* text : {"2024-02-29 24:00:00", "2024-02-29 10:61:00", "2024-02-29 10:00:60",
                           "29.02.2024 10:00:00", "2024-02-29T10:00:00", "abc"}) {
    EXPECT_EQ(Convert(kTimestamp, text).code, 1206) << text;
  }
  EXPECT_EQ(Convert(kTimestamp, "abc").reason, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]");
}

TEST(Timestamps, WithZoneKeepTheirOffset) {
  EXPECT_EQ(Convert(kTimestampTz, "2024-02-29 10:00:00+05:30").value, "2024-02-29 10:00:00+05:30");
  EXPECT_EQ(Convert(kTimestampTz, "2024-02-29 10:00:00.5-08").value, "2024-02-29 10:00:00.500000-08:00");
  EXPECT_EQ(Convert(kTimestampTz, "2024-02-29 10:00:00").value, "2024-02-29 10:00:00");
}

TEST(Timestamps, PatternsAutoAndEpochs) {
  CopyStatement pattern;
  pattern.time_format = "MM/DD/YYYY HH12:MI:SS PM";
  EXPECT_EQ(Convert(pattern, kTimestamp, "02/29/2024 12:05:06 AM").value, "2024-02-29 00:05:06");
  EXPECT_EQ(Convert(pattern, kTimestamp, "02/29/2024 01:05:06 pm").value, "2024-02-29 13:05:06");
  pattern.time_format = "YYYY-MM-DDTHH:MI:SS";
  EXPECT_EQ(Convert(pattern, kTimestamp, "2024-02-29T13:05:06.25").value, "2024-02-29 13:05:06.250000");

  CopyStatement automatic;
  automatic.time_format = "auto";
  const std::pair<const char*, const char*> recognised[] = {
      {"2019-02-11T05:09:12.195Z", "2019-02-11 05:09:12.195000+00:00"},
      {"20080215 040506", "2008-02-15 04:05:06"},
      {"080215 040506", "2008-02-15 04:05:06"},
      {"1996-01-14 10:12:59.5", "1996-01-14 10:12:59.500000"},
      {"2001-02-16 20:38:40+05", "2001-02-16 20:38:40+05:00"},
      {"05/01/2008 16:30:05.25 PST", "2008-05-01 16:30:05.250000-08:00"},
      {"12.17.1997 07:37:16", ""},
      {"17.12.1997 07:37:16.00 UTC", "1997-12-17 07:37:16+00:00"},
      {"17 Dec 07:37:16 1997 PST", "1997-12-17 07:37:16-08:00"},
      {"1999-01-08", "1999-01-08 00:00:00"},
  };
  for (const auto& [text, expected] : recognised) {
    EXPECT_EQ(Convert(automatic, kTimestampTz, text).value, expected) << text;
  }

  CopyStatement epoch;
  epoch.time_format = "epochsecs";
  EXPECT_EQ(Convert(epoch, kTimestamp, "1514736000").value, "2017-12-31 16:00:00");
  EXPECT_EQ(Convert(epoch, kTimestamp, "-1").value, "1969-12-31 23:59:59");
  epoch.time_format = "epochmillisecs";
  EXPECT_EQ(Convert(epoch, kTimestamp, "1514736000123").value, "2017-12-31 16:00:00.123000");
  EXPECT_EQ(Convert(epoch, kTimestamp, "2017-12-31 16:00:00").code, 1206);
}

TEST(Timestamps, AcceptAnyDateMakesNullOfWhatCannotBeRead) {
  const auto any = Options({CopyOption::kAcceptAnyDate});
  EXPECT_EQ(Convert(any, kDate, "garbage").value, "\\N");
  EXPECT_EQ(Convert(any, kTimestamp, "garbage").value, "\\N");
  EXPECT_EQ(Convert(any, NotNull(kDate), "garbage").code, 1213);
  EXPECT_EQ(Convert(any, kInteger, "garbage").code, 1207);
}

TEST(Times, TakeTheWholeDay) {
  const auto column = Column("c", ColumnKind::kTime);
  EXPECT_EQ(Convert(column, "00:00:00").value, "00:00:00");
  EXPECT_EQ(Convert(column, "24:00:00").value, "24:00:00");
  EXPECT_EQ(Convert(column, "23:59:59.999999").value, "23:59:59.999999");
  EXPECT_EQ(Convert(column, "24:00:01").code, 1206);
  EXPECT_EQ(Convert(Column("c", ColumnKind::kTimeTz), "10:00:00+02").value, "10:00:00+02:00");
}

TEST(Super, WantsJsonAndKeepsItsDigits) {
  const auto column = Column("c", ColumnKind::kSuper);
  // What is not a string is stored behind U+0001.
  EXPECT_EQ(Convert(column, " {\"a\" : [1, 2.50, 123456789012345678901234567890]} ").value,
            "\x01{\"a\":[1,2.50,123456789012345678901234567890]}");
  EXPECT_EQ(Convert(column, "null").value, "\x01null");
  EXPECT_EQ(Convert(column, "\"t\\u00e4xt\\n\"").value, "t\xC3\xA4xt\\n");
  EXPECT_EQ(Convert(column, "bare").code, 1224);
  EXPECT_EQ(Convert(column, "{\"a\":1,\"a\":2}").code, 1224);
  EXPECT_EQ(Convert(column, "[1] [2]").code, 1224);
  EXPECT_EQ(Convert(column, "\"" + std::string(65536, 'x') + "\"").code, 1224);
  EXPECT_EQ(Convert(column, "\"" + std::string(65535, 'x') + "\"").code, 0);
  EXPECT_EQ(Convert(column, "\"\xff\"").code, 1220);
  EXPECT_EQ(Convert(column, "").value, "\\N");
}

TEST(Varbyte, IsHexWithinItsBytes) {
  const auto column = Column("c", ColumnKind::kVarbyte, 3);
  EXPECT_EQ(Convert(column, "00fFaB").value, "\\\\x00fFaB");
  EXPECT_EQ(Convert(column, "0").code, 1207);
  EXPECT_EQ(Convert(column, "0g").code, 1207);
  EXPECT_EQ(Convert(column, "00112233").code, 1204);
  EXPECT_EQ(Convert(column, "").value, "\\N");
}

TEST(Interval, MonthsAreReadInEveryForm) {
  const auto column = Column("c", ColumnKind::kIntervalYearToMonth);
  for (const auto* text : {"1-2", "14", "+1-02", "1 year 2 months", "1 YEAR 2 mons", "P1Y2M"}) {
    EXPECT_EQ(Convert(column, text).value, "14 months") << text;
  }
  EXPECT_EQ(Convert(column, "-1-2").value, "-14 months");
  EXPECT_EQ(Convert(column, "-1 years -2 months").value, "-14 months");
  EXPECT_EQ(Convert(column, "2 years -3 months").value, "21 months");
  EXPECT_EQ(Convert(column, "178956970-7").value, "2147483647 months");
  EXPECT_EQ(Convert(column, "178956970-8").code, 1204);
  for (const auto* text : {"1-12", "x", "1 day", "1.5 years", "P1YT1H", "1-2-3", "1 fortnight"}) {
    EXPECT_EQ(Convert(column, text).code, 1200) << text;
  }
}

TEST(Interval, DaysAndSecondsAreReadInEveryForm) {
  const auto column = Column("c", ColumnKind::kIntervalDayToSecond, 6);
  for (const auto* text : {"3 04:05:06.7", "3 days 4 hours 5 minutes 6.7 seconds", "P3DT4H5M6.7S",
                           "3 days 04:05:06.7", "2 days 28:05:06.700000"}) {
    EXPECT_EQ(Convert(column, text).value, "3 days 04:05:06.700000") << text;
  }
  EXPECT_EQ(Convert(column, "-3 04:05:06.7").value, "-3 days -04:05:06.700000");
  EXPECT_EQ(Convert(column, "-1 days -2 hours 0 minutes -0.5 seconds").value, "-1 days -02:00:00.500000");
  EXPECT_EQ(Convert(column, "-00:00:00.000001").value, "-0 days -00:00:00.000001");
  EXPECT_EQ(Convert(column, "106751991 04:00:54.775807").value, "106751991 days 04:00:54.775807");
  EXPECT_EQ(Convert(column, "106751991 04:00:54.775808").code, 1204);
  EXPECT_EQ(Convert(Column("c", ColumnKind::kIntervalDayToSecond, 2), "00:00:01.235").value,
            "0 days 00:00:01.240000");
  for (const auto* text : {"1 month", "x", "1 00:60:00", "1", "P", "3 days 4"}) {
    EXPECT_EQ(Convert(column, text).code, 1200) << text;
  }
}

TEST(Identity, BadValuesAre1217) {
  auto column = kInteger;
  column.identity = IdentityKind::kAlways;
  EXPECT_EQ(Convert(column, "x").code, 1217);
}

}  // namespace
}  // namespace redshift_local
