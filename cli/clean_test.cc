#include "cli/clean.h"

#include <gmock/gmock.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): units

TEST(CleanAge, IsWrittenAsDurationsOfOptionsAre) {
  EXPECT_EQ(ParseAge("30d").ValueOrDie(), 720h);
  EXPECT_EQ(ParseAge("12 h").ValueOrDie(), 12h);
  EXPECT_EQ(ParseAge("0s").ValueOrDie(), 0s);
  EXPECT_FALSE(ParseAge("-1 d").ok());
  EXPECT_FALSE(ParseAge("soon").ok());
}

// As an option it would be milliseconds: who means days would lose rows.
TEST(CleanAge, ANumberWithoutAUnitIsRefused) {
  for (const char* text : {"30", " 30 ", "0", ""}) {
    EXPECT_THAT(ParseAge(text).status().message(), HasSubstr("no unit")) << text;
  }
}

}  // namespace
}  // namespace redshift
