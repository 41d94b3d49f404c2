// Tables on a small disk, against the running program: PostgreSQL's own error when it is full.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::HasSubstr;

// About 2.3 MB as rows of PostgreSQL.
constexpr int kRows = 30'000;

std::string Rows() {
  std::string csv;
  for (int i = 0; i < kRows; ++i) csv += fmt::format("{},{:040}\n", i, i);
  return csv;
}

TEST(DiskTest, WhatDoesNotFitIsRefusedAndTheSameSessionLoadsItOnceThereIsRoom) {
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--disk", "6mb"});
  if (!local.is_ready()) {
    // A machine that lets nobody mount: the program must say so.
    EXPECT_EQ(local.Wait(), 1);
    ASSERT_THAT(local.Log(), HasSubstr("a file system could not be mounted"));
    GTEST_SKIP() << "This machine lets nobody mount.";
  }
  PutObject(local, "disk/1", Rows());
  const auto copy = [](const std::string& table) {
    return "copy " + table + " from 's3://local/disk/' iam_role default csv";
  };
  Client other(local);
  other.Run("create table ballast (id int, v varchar(40))");
  EXPECT_EQ(other.Run(copy("ballast")).tag, "COPY");
  EXPECT_EQ(other.Run(copy("ballast")).tag, "COPY");
  Client client(local);
  client.Run("create table loaded (id int, v varchar(40))");
  client.Run("begin");
  const Answer full = client.Run(copy("loaded"));
  EXPECT_EQ(full.sqlstate, "53100");
  EXPECT_EQ(full.message, "Disk Full");
  EXPECT_EQ(client.Run("select 1").sqlstate, "25P02");
  EXPECT_EQ(client.Run("rollback").tag, "ROLLBACK");
  const Answer insert = client.Run("insert into loaded select * from ballast");
  EXPECT_EQ(insert.sqlstate, "53100");
  EXPECT_EQ(insert.message, "Disk Full");
  EXPECT_EQ(client.Run("select count(*) from loaded").Value(), "0");

  EXPECT_TRUE(other.Run("drop table ballast").ok());
  client.Run("begin");
  EXPECT_EQ(client.Run(copy("loaded")).tag, "COPY");
  EXPECT_EQ(client.Run("commit").tag, "COMMIT");
  EXPECT_EQ(client.Run("select count(*) from loaded").Value(), std::to_string(kRows));
  EXPECT_EQ(local.Stop(SIGTERM), 0);
}

}  // namespace
}  // namespace redshift_local
