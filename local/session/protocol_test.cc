// Simple and extended protocol, tags and limits, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ProtocolTest, VersionIsRedshifts) {
  EXPECT_THAT(Client().Run("select version()").Value(),
              testing::AllOf(StartsWith("PostgreSQL 8.0.2 on "), HasSubstr("Redshift 1.0.")));
}

TEST(ProtocolTest, TagsAreThoseOfPostgres8) {
  Client client;
  EXPECT_EQ(client.Run("create temp table tags (a int)").tag, "CREATE TABLE");
  EXPECT_EQ(client.Run("insert into tags values (1), (2)").tag, "INSERT 0 2");
  EXPECT_EQ(client.Run("select * from tags").tag, "SELECT");
  EXPECT_EQ(client.Run("update tags set a = 3").tag, "UPDATE 2");
  EXPECT_EQ(client.Run("delete from tags where a = 4").tag, "DELETE 0");
  EXPECT_EQ(client.Run("begin").tag, "BEGIN");
  EXPECT_EQ(client.Run("end").tag, "COMMIT");
  EXPECT_EQ(client.RunWith("select a from tags where a = $1", {"3"}).tag, "SELECT");
  EXPECT_EQ(client.RunWith("rollback", {}).tag, "ROLLBACK");
  EXPECT_EQ(client.Run("truncate tags").tag, "TRUNCATE TABLE");
}

TEST(ProtocolTest, BackslashEscapesInLiterals) {
  Client client;
  EXPECT_EQ(client.Run("select 'it\\'s', '\\\\x'").rows,
            (std::vector<std::vector<std::string>>{{"it's", "\\x"}}));
  EXPECT_EQ(client.RunWith("select 'it\\'s' || $1::varchar", {"\\"}).Value(), "it's\\");
}

TEST(ProtocolTest, EmptyQueriesAreAnswered) {
  Client client;
  PGresult* result = PQexec(client.connection(), " ; -- nothing");
  EXPECT_EQ(PQresultStatus(result), PGRES_EMPTY_QUERY);
  PQclear(result);
  result = PQexecParams(client.connection(), "", 0, nullptr, nullptr, nullptr, nullptr, 0);
  EXPECT_EQ(PQresultStatus(result), PGRES_EMPTY_QUERY);
  PQclear(result);
}

TEST(ProtocolTest, SeveralStatementsOfOneQueryAreOneTransaction) {
  Client client;
  client.Run("create table several (a int)");
  EXPECT_EQ(client.Run("insert into several values (1); select a / 0 from several").sqlstate, "22012");
  EXPECT_EQ(client.Run("select count(*) from several").Value(), "0");
  EXPECT_EQ(
      client
          .Run("insert into several values (1); insert into several values (2); select count(*) from several")
          .Value(),
      "2");
  // A BEGIN inside opens a block that stays open.
  client.Run("insert into several values (3); begin; insert into several values (4)");
  EXPECT_EQ(PQtransactionStatus(client.connection()), PQTRANS_INTRANS);
  client.Run("rollback");
  EXPECT_EQ(client.Run("select count(*) from several").Value(), "2");
  // A COMMIT inside commits what stands before it.
  EXPECT_EQ(client.Run("insert into several values (5); commit; select * from nowhere").sqlstate, "42P01");
  EXPECT_EQ(client.Run("select count(*) from several").Value(), "3");
}

TEST(ProtocolTest, AnErrorInABlockAbortsItAlsoWhenItIsOurs) {
  Client client;
  client.Run("begin");
  EXPECT_EQ(client.Run("savepoint a").sqlstate, "0A000");
  EXPECT_EQ(PQtransactionStatus(client.connection()), PQTRANS_INERROR);
  EXPECT_EQ(client.Run("select 1").sqlstate, "25P02");
  // An aborted block answers ROLLBACK without an error.
  EXPECT_EQ(client.Run("commit").tag, "ROLLBACK");
  EXPECT_EQ(client.RunWith("begin", {}).tag, "BEGIN");
  EXPECT_EQ(client.RunWith("insert into t values (1) on conflict do nothing", {}).sqlstate, "42601");
  EXPECT_EQ(client.RunWith("commit", {}).tag, "ROLLBACK");
}

TEST(ProtocolTest, PreparedStatementsAndRowLimitedPortals) {
  Client client;
  client.Run("create temp table numbers (a int)");
  client.Run("insert into numbers values (1), (2), (3)");
  PGconn* connection = client.connection();
  PQclear(PQprepare(connection, "s1", "select a from numbers where a > $1 order by a", 0, nullptr));
  const char* values[] = {"1"};
  PGresult* result = PQexecPrepared(connection, "s1", 1, values, nullptr, nullptr, 0);
  EXPECT_EQ(PQntuples(result), 2);
  PQclear(result);
  result = PQprepare(connection, "s1", "select 1", 0, nullptr);
  EXPECT_STREQ(PQresultErrorField(result, PG_DIAG_SQLSTATE), "42P05");
  PQclear(result);
  // BEGIN and COMMIT as named statements, as JDBC sends them.
  PQclear(PQprepare(connection, "s2", "BEGIN", 0, nullptr));
  result = PQexecPrepared(connection, "s2", 0, nullptr, nullptr, nullptr, 0);
  EXPECT_STREQ(PQcmdStatus(result), "BEGIN");
  PQclear(result);
  result = PQdescribePrepared(connection, "s2");
  EXPECT_EQ(PQresultStatus(result), PGRES_COMMAND_OK);
  PQclear(result);
  client.Run("commit");
  result = PQexecPrepared(connection, "nowhere", 0, nullptr, nullptr, nullptr, 0);
  EXPECT_STREQ(PQresultErrorField(result, PG_DIAG_SQLSTATE), "26000");
  PQclear(result);
}

TEST(ProtocolTest, DeallocatedNamesCanBeUsedAgain) {
  Client client;
  PGconn* connection = client.connection();
  for (const char* sql : {"select 1", "begin"}) {
    PQclear(PQprepare(connection, "again", sql, 0, nullptr));
    EXPECT_EQ(client.Run("deallocate again").tag, "DEALLOCATE");
    PGresult* result = PQprepare(connection, "again", "select 2", 0, nullptr);
    EXPECT_EQ(PQresultStatus(result), PGRES_COMMAND_OK) << PQresultErrorMessage(result);
    PQclear(result);
    EXPECT_EQ(client.Run("deallocate all").tag, "DEALLOCATE ALL");
  }
}

TEST(ProtocolTest, WhatIsSkippedIsToldAsInfo) {
  Client client;
  EXPECT_TRUE(client.Run("drop table if exists not_there").ok());
  EXPECT_THAT(client.TakeNotices(),
              ElementsAre("INFO: Table \"not_there\" does not exist and will be skipped"));
}

TEST(ProtocolTest, AnErrorInAPipelineSkipsToSyncAndUndoesIt) {
  Client client;
  client.Run("create table piped (a int)");
  PGconn* connection = client.connection();
  ASSERT_EQ(PQenterPipelineMode(connection), 1);
  for (const char* sql : {"insert into piped values (1)", "savepoint x", "insert into piped values (2)"}) {
    PQsendQueryParams(connection, sql, 0, nullptr, nullptr, nullptr, nullptr, 0);
  }
  PQpipelineSync(connection);
  std::vector<ExecStatusType> seen;
  while (true) {
    PGresult* result = PQgetResult(connection);
    if (result == nullptr) continue;
    seen.push_back(PQresultStatus(result));
    PQclear(result);
    if (seen.back() == PGRES_PIPELINE_SYNC) break;
  }
  EXPECT_THAT(seen,
              ElementsAre(PGRES_COMMAND_OK, PGRES_FATAL_ERROR, PGRES_PIPELINE_ABORTED, PGRES_PIPELINE_SYNC));
  PQexitPipelineMode(connection);
  EXPECT_EQ(client.Run("select count(*) from piped").Value(), "0");
}

TEST(ProtocolTest, AtMost32767Parameters) {
  Client client;
  client.Run("create temp table wide (a int)");
  const auto insert = [&](int count) {
    std::string sql = "insert into wide values ($1)";
    for (int i = 2; i <= count; ++i) sql += ",($" + std::to_string(i) + ")";
    return client.RunWith(sql, std::vector<std::string>(static_cast<size_t>(count), "7"));
  };
  EXPECT_EQ(insert(32767).tag, "INSERT 0 32767");
  EXPECT_THAT(insert(32768).message, HasSubstr("32767"));
  EXPECT_EQ(client.Run("select count(*) from wide").Value(), "32767");
}

TEST(ProtocolTest, AtMost16MegabytesOfText) {
  Client client;
  const auto select = [&](size_t size) {
    const std::string frame = "select length('')";
    return client.Run("select length('" + std::string(size - frame.size(), 'x') + "')");
  };
  EXPECT_EQ(select(16777216).Value(), std::to_string(16777216 - 17));
  EXPECT_THAT(select(16777217).message, HasSubstr("Statement is too large. Statement Size: 16777217 bytes"));
  EXPECT_EQ(client.Run("select 1").Value(), "1");
}

TEST(ProtocolTest, UnusedParametersOfUnknownTypeAreTaken) {
  Client client;
  const Oid types[] = {705, 705};
  const char* values[] = {"5", "unused"};
  PGresult* result =
      PQexecParams(client.connection(), "select $1::int", 2, types, values, nullptr, nullptr, 0);
  ASSERT_EQ(PQresultStatus(result), PGRES_TUPLES_OK) << PQresultErrorMessage(result);
  EXPECT_STREQ(PQgetvalue(result, 0, 0), "5");
  PQclear(result);
}

TEST(ProtocolTest, StatementTimeoutIsMilliseconds) {
  Client holder;
  holder.Run("create table timed (a int)");
  holder.Run("begin");
  holder.Run("lock timed");
  Client client;
  EXPECT_TRUE(client.Run("set statement_timeout to 100").ok());
  EXPECT_EQ(client.Run("insert into timed values (1)").sqlstate, "57014");
}

TEST(ProtocolTest, LockAndTruncateInTheExtendedProtocol) {
  Client client;
  client.Run("create table extended (a int)");
  client.RunWith("begin", {});
  EXPECT_EQ(client.RunWith("lock extended", {}).tag, "LOCK TABLE");
  EXPECT_EQ(client.RunWith("insert into extended values ($1)", {"1"}).tag, "INSERT 0 1");
  EXPECT_EQ(client.RunWith("truncate extended", {}).tag, "TRUNCATE TABLE");
  EXPECT_EQ(PQtransactionStatus(client.connection()), PQTRANS_IDLE);
  client.RunWith("rollback", {});
  EXPECT_THAT(client.TakeNotices(), Contains(HasSubstr("no transaction in progress")));
  EXPECT_EQ(client.Run("select count(*) from extended").Value(), "0");
}

TEST(ProtocolTest, OneCursorAtATime) {
  Client client;
  ASSERT_TRUE(client.Run("begin").ok());
  EXPECT_TRUE(client.Run("declare one cursor for select 1").ok());
  EXPECT_TRUE(client.Run("close one").ok());
  EXPECT_TRUE(client.RunWith("declare two cursor for select 2", {}).ok());
  EXPECT_EQ(client.Run("fetch all from two").Value(), "2");
  EXPECT_EQ(client.RunWith("declare three cursor for select 3", {}).sqlstate, "0A000");
  EXPECT_TRUE(client.Run("rollback; begin; declare four cursor for select 4; commit").ok());
  EXPECT_TRUE(client.Run("begin; declare five cursor for select 5; commit").ok());
}

TEST(ProtocolTest, DatabasesCanBeMade) {
  Client client;
  EXPECT_EQ(client.Run("create database made_by_a_client").tag, "CREATE DATABASE");
  Client other(SharedLocal(), "dbname=made_by_a_client");
  EXPECT_EQ(other.Run("select current_database()").Value(), "made_by_a_client");
  EXPECT_EQ(other.Run("select pg_last_copy_count()").Value(), "0");
}

}  // namespace
}  // namespace redshift_local
