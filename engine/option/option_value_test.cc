#include "engine/option/option_value.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

using std::chrono::milliseconds;

// The results are those of Flink 2.3.0: TimeUtils.parseDuration and MemorySize.parse.

TEST(ParseDuration, ReadsWhatFlinkReads) {
  const std::pair<const char*, int64_t> durations[] = {
      {"30 s", 30000},
      {"10min", 600000},
      {"1h", 3600000},
      {"500ms", 500},
      {"1 d", 86400000},
      {"5", 5},
      {" 7 Min ", 420000},
      {"3 M", 180000},
      {"1 Hours", 3600000},
      {"2secs", 2000},
      {"1 sec", 1000},
      {"4 MILLI", 4},
      {"2 millis", 2},
      {"5 days", 432000000},
      {"1000000ns", 1},
      {"3000 \xC2\xB5s", 3},
      {"1000 micro", 1},
      {"1\ts", 1000},
      {"0", 0},
      {"PT1H", 3600000},
      {"P1DT2H", 93600000},
      {"PT1M1.5S", 61500},
      {"pt0.25s", 250},
  };
  for (const auto& [text, millis] : durations) {
    const auto duration = ParseDuration(text);
    ASSERT_TRUE(duration.ok()) << text << ": " << duration.status();
    EXPECT_EQ(*duration, milliseconds(millis)) << text;
  }
}

TEST(ParseDuration, RefusesWhatFlinkRefuses) {
  for (const char* text : {"", " ", "s", "-1s", "1.5s", "1w", "1 s s", "1500us", "99999999999999999999", "P",
                           "PT", "P1H", "PT1D", "PTS", "PT1.5H"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(ParseDuration, RefusesFractionsOfMilliseconds) {
  EXPECT_FALSE(ParseDuration("1ns").ok());
  EXPECT_FALSE(ParseDuration("1500 micros").ok());
}

TEST(ParseByteSize, ReadsWhatFlinkReads) {
  const std::pair<const char*, int64_t> sizes[] = {
      {"128mb", 134217728},
      {"64 mb", 67108864},
      {"1gb", 1073741824},
      {"1 g", 1073741824},
      {"5", 5},
      {"12 b", 12},
      {"3 bytes", 3},
      {"1 m", 1048576},
      {"1kb", 1024},
      {" 5 Mb ", 5242880},
      {"7 KIBIBYTES", 7168},
      {"2T", int64_t{2} << 40},
      {"5 tebibytes", int64_t{5} << 40},
  };
  for (const auto& [text, bytes] : sizes) {
    const auto size = ParseByteSize(text);
    ASSERT_TRUE(size.ok()) << text << ": " << size.status();
    EXPECT_EQ(size->bytes, bytes) << text;
  }
}

TEST(ParseByteSize, RefusesWhatFlinkRefuses) {
  for (const char* text : {"", "1 byte", "9223372036854775807 tb", "-1b", "1.5gb", "1 MiB", "mb"}) {
    EXPECT_FALSE(ParseByteSize(text).ok()) << text;
  }
}

TEST(ToString, TakesTheLargestUnitThatFits) {
  EXPECT_EQ(ToString(milliseconds(90000)), "90 s");
  EXPECT_EQ(ToString(milliseconds(3600000)), "1 h");
  EXPECT_EQ(ToString(milliseconds(1)), "1 ms");
  EXPECT_EQ(ToString(milliseconds(0)), "0 ms");
  EXPECT_EQ(ToString(option::ByteSize{64 << 20}), "64 mb");
  EXPECT_EQ(ToString(option::ByteSize{1000}), "1000 bytes");
}

}  // namespace
}  // namespace redshift
