#include "engine/warehouse/connect_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ConnectionSettings Settings() {
  ConnectionSettings settings;
  settings.host = "cluster.example.com";
  settings.port = 5439;
  settings.database = "dev";
  settings.user = "loader";
  settings.password = Secret("Hunter2hunter2");
  return settings;
}

std::string Message(const char* libpq_text) {
  return DescribeConnectFailure(libpq_text, Settings()).message();
}

// Texts as libpq 18 gave them, with error verbosity "verbose".

TEST(DescribeConnectFailure, WrongPassword) {
  const arrow::Status status = DescribeConnectFailure(
      "connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: FATAL:  28P01: password "
      "authentication failed for user \"loader\"\nLOCATION:  auth_failed, auth.c:326\n",
      Settings());
  EXPECT_EQ(status.message(),
            "User 'loader' cannot log in to database 'dev' at cluster.example.com:5439: password "
            "authentication failed "
            "for user \"loader\". Check 'username' and 'password' (or 'password-file').");
  EXPECT_EQ(WarehouseError(status)->sqlstate, "28P01");
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
}

TEST(DescribeConnectFailure, MissingDatabase) {
  EXPECT_THAT(
      Message("connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: FATAL:  3D000: "
              "database \"dev\" does not exist\n"),
      AllOf(HasSubstr("There is no database 'dev'"), HasSubstr("'database-name'")));
}

TEST(DescribeConnectFailure, PasswordStoredAsSha256) {
  EXPECT_THAT(
      Message("connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: authentication "
              "method 13 not supported\n"),
      AllOf(HasSubstr("SHA-256"), HasSubstr("ALTER USER")));
}

TEST(DescribeConnectFailure, NoTls) {
  EXPECT_THAT(
      Message("connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: server does not "
              "support SSL, but SSL was required\n"),
      AllOf(HasSubstr("does not offer TLS"), HasSubstr("'ssl.mode' is 'verify-full'")));
}

TEST(DescribeConnectFailure, TlsIsDemanded) {
  EXPECT_THAT(
      Message(
          "connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: FATAL:  28000: no "
          "pg_hba.conf entry for host \"::ffff:10.0.0.2\", user \"loader\", database \"dev\", SSL off\n"),
      AllOf(HasSubstr("cluster.example.com:5439 refuses sessions without TLS"), HasSubstr("'ssl.mode'")));
}

TEST(DescribeConnectFailure, CertificateRefusedForAReasonNobodyNoted) {
  EXPECT_EQ(
      Message("connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: SSL error: "
              "certificate verify failed\n"),
      "The TLS certificate of cluster.example.com:5439 was not accepted ('ssl.mode' is 'verify-full'): SSL "
      "error: certificate verify failed.");
}

TEST(DescribeConnectFailure, WordsOfAStrangerCannotForgeLinesOrFillTheLog) {
  const std::string message =
      Message(("connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: FATAL:  XX000: "
               "a\rINFO all is well\x1b[2J\xff\xfe" +
               std::string(20'000, 'x'))
                  .c_str());
  EXPECT_THAT(message, HasSubstr("a?INFO all is well?[2J??xxx"));
  EXPECT_LT(message.size(), 800U);
}

TEST(DescribeConnectFailure, StartingUpIsTriedAgain) {
  const arrow::Status status = DescribeConnectFailure(
      "connection to server at \"cluster.example.com\" (10.0.0.1), port 5439 failed: FATAL:  57P03: the "
      "database "
      "system is starting up\n",
      Settings());
  EXPECT_EQ(WarehouseError(status)->retry, Retry::kConnection);
}

TEST(DescribeConnectFailure, NeverShowsThePassword) {
  EXPECT_THAT(Message("bad option Hunter2hunter2\n"), Not(HasSubstr("Hunter2")));
}

}  // namespace
}  // namespace redshift
