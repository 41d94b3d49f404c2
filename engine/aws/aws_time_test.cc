#include "engine/aws/aws_time.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

using std::chrono::system_clock;

system_clock::time_point Unix(int64_t seconds) {
  return system_clock::time_point(std::chrono::seconds(seconds));
}

// RFC 9110, 5.6.7.
TEST(AwsTime, TheDateOfAnAnswerIsRead) {
  EXPECT_EQ(ParseHttpTime("Sun, 06 Nov 1994 08:49:37 GMT"), Unix(784111777));
}

TEST(AwsTime, WhatIsNoDateOfAnAnswerIsNone) {
  for (const char* text :
       {"", "Sun", "Sun, 06 Nov 1994", "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 24:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_EQ(ParseHttpTime(text), std::nullopt) << text;
  }
}

TEST(AwsTime, TimesOfListingsAreRead) {
  EXPECT_EQ(ParseAwsTime("1994-11-06T08:49:37.000Z"), Unix(784111777));
  EXPECT_EQ(ParseAwsTime("1994-11-06T08:49:37"), std::nullopt);
}

}  // namespace
}  // namespace redshift
