#include "local/session/password.h"

#include <gtest/gtest.h>

namespace redshift_local {
namespace {

// RFC 1321 and FIPS 180-2.
TEST(PasswordTest, DigestsAreTheStandards) {
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(PasswordTest, HexadecimalDigits) {
  EXPECT_EQ(FromHex("00fF10"), std::string("\0\xff\x10", 3));
  EXPECT_EQ(FromHex(""), "");
  for (const char* none : {"0", "0g", "g0", "-1", "+1", " 1", "0x"}) EXPECT_FALSE(FromHex(none)) << none;
}

// Python's hashlib: sha256(sha256(b"Abcdefg1" + bytes.fromhex("00ff10")).digest() + b"server" +
// b"1763900000000").
TEST(PasswordTest, TheAnswerToADigestRequest) {
  EXPECT_EQ(Sha256Answer(Sha256(std::string("Abcdefg1\0\xff\x10", 11)), "server", "1763900000000"),
            FromHex("943c38f0257fc716046cb9ae5eb8a1993fd0d1f2f16ecc41a25e0690da860241"));
}

TEST(PasswordTest, RandomBytesDiffer) {
  EXPECT_EQ(RandomBytes(4).size(), 4u);
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
}

}  // namespace
}  // namespace redshift_local
