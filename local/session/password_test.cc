#include "local/session/password.h"

#include <gtest/gtest.h>

namespace redshift_local {
namespace {

// RFC 1321 and FIPS 180-2.
TEST(PasswordTest, DigestsAreTheStandards) {
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(PasswordTest, RandomBytesDiffer) {
  EXPECT_EQ(RandomBytes(4).size(), 4u);
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
}

}  // namespace
}  // namespace redshift_local
