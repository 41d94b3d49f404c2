// redshift-local as a program: flags, start, end.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    SharedLocal();  // must not start in a folder that goes
    char name[] = "/tmp/redshift-local-program-test-XXXXXX";
    path_ = ::mkdtemp(name);
    fs::permissions(path_, fs::perms::all);
    ::setenv("TMPDIR", path_.c_str(), 1);
  }
  ~TemporaryFolder() {
    ::unsetenv("TMPDIR");
    fs::remove_all(path_);
  }
  const fs::path& path() const { return path_; }
  bool IsEmpty() const { return fs::is_empty(path_); }

 private:
  fs::path path_;
};

// Processes whose command line names the folder.
int ProcessesIn(const fs::path& folder) {
  FILE* pipe = ::popen(fmt::format("pgrep -f -c '{}/redshift-local-'", folder.string()).c_str(), "r");
  int count = 0;
  if (std::fscanf(pipe, "%d", &count) != 1) count = -1;
  ::pclose(pipe);
  return count - 1;  // the shell that runs pgrep
}

TEST(ProgramTest, ReadyLineSaysHowToConnect) {
  EXPECT_THAT(SharedLocal().ready_line(),
              StartsWith("redshift-local ready url=postgresql://awsuser:Awsuser1@127.0.0.1:"));
  EXPECT_EQ(SharedLocal().Ready("bucket"), "local");
  EXPECT_EQ(SharedLocal().Ready("region"), "us-east-1");
  EXPECT_EQ(SharedLocal().Ready("access-key"), "test");
  EXPECT_EQ(SharedLocal().Ready("secret-key"), "testtest");
  EXPECT_THAT(SharedLocal().Ready("s3"), StartsWith("http://127.0.0.1:"));
}

TEST(ProgramTest, PortInUseIsOneReadableErrorAndLeavesNothing) {
  TemporaryFolder folder;
  const std::string taken = std::to_string(SharedLocal().port());
  LocalProcess second({"--port", taken, "--s3-port", "0", "--api-port", "0"});
  EXPECT_FALSE(second.is_ready());
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_THAT(second.Log(), HasSubstr("port " + taken + " of 127.0.0.1 is already in use"));
  EXPECT_THAT(second.Log(), HasSubstr("--port 0"));
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(ProgramTest, AnS3ServerThatIsNotThereIsOneReadableErrorAndLeavesNothing) {
  TemporaryFolder folder;
  ::setenv("REDSHIFT_LOCAL_MOTO", "/nowhere/moto_server", 1);
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0"});
  ::unsetenv("REDSHIFT_LOCAL_MOTO");
  EXPECT_FALSE(local.is_ready());
  EXPECT_EQ(local.Wait(), 1);
  EXPECT_THAT(local.Log(), HasSubstr("REDSHIFT_LOCAL_MOTO names '/nowhere/moto_server', which is not there"));
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(ProgramTest, FlagsOfLaterReleasesAreRefusedByName) {
  const auto refused = [](const std::vector<std::string>& arguments) {
    LocalProcess local(arguments);
    return local.Wait() == 1 ? local.Log() : "started";
  };
  EXPECT_THAT(refused({"--tls", "maybe"}), HasSubstr("--tls"));
  EXPECT_THAT(refused({"--isolation", "chaos"}), HasSubstr("--isolation"));
  EXPECT_THAT(refused({"--role", "arn:aws:iam::1:role/x=s3://local/"}), HasSubstr("Invalid IAM role"));
  EXPECT_THAT(refused({"--nonsense"}), HasSubstr("--nonsense"));
}

TEST(ProgramTest, StopsWithinTenSecondsWithSessionsOpenAndLeavesNothing) {
  TemporaryFolder folder;
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  EXPECT_FALSE(folder.IsEmpty());
  Client idle(local);
  Client busy(local);
  busy.Run("select local.fault('cut-after-commit')");
  busy.Run("begin; create table t (a int); lock t");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(local.Stop(SIGTERM), 3);  // for the fault
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_TRUE(folder.IsEmpty());
  EXPECT_EQ(ProcessesIn(folder.path()), 0);
  EXPECT_THAT(local.Log(), HasSubstr("fault cut-after-commit was armed and never fired"));
}

TEST(ProgramTest, NothingOutlivesAKill) {
  TemporaryFolder folder;
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  EXPECT_GT(ProcessesIn(folder.path()), 0);
  EXPECT_EQ(local.Stop(SIGKILL), 128 + SIGKILL);
  EXPECT_TRUE(Eventually([&] { return folder.IsEmpty() && ProcessesIn(folder.path()) == 0; }));
}

TEST(ProgramTest, DataIsFoundAgain) {
  TemporaryFolder folder;
  const std::vector<std::string> arguments = {
      "--port", "0", "--s3-port", "0", "--api-port", "0", "--data", (folder.path() / "data").string()};
  {
    LocalProcess local(arguments);
    ASSERT_TRUE(local.is_ready()) << local.Log();
    Client client(local);
    EXPECT_TRUE(client.Run("create table kept (a int primary key)").ok());
    EXPECT_TRUE(client.Run("insert into kept values (7)").ok());
    EXPECT_EQ(local.Stop(SIGINT), 0);
  }
  LocalProcess local(arguments);
  ASSERT_TRUE(local.is_ready()) << local.Log();
  EXPECT_EQ(Client(local).Run("select a from kept").Value(), "7");
}

TEST(ProgramTest, AnotherUserDatabaseBucketFolderAndIsolation) {
  TemporaryFolder folder;
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--user", "Loader", "--password",
                      "Geheim1x", "--database", "shop", "--bucket", "mine", "--data",
                      (folder.path() / "my data").string(), "--isolation", "serializable"});
  ASSERT_TRUE(local.is_ready()) << local.Log();
  EXPECT_EQ(local.Ready("bucket"), "mine");
  // Also where a path has blanks the ready line's values have none.
  Client client(local, "user=Loader password=Geheim1x dbname=shop sslmode=verify-full sslrootcert=" +
                           local.Ready("ca"));
  ASSERT_TRUE(client.is_connected()) << client.error();
  EXPECT_EQ(client.Run("select current_database()").Value(), "shop");
  PutObject(local, "x", "1");
  // The level is that of the databases that say nothing of their own.
  client.Run("create table t (a int)");
  client.Run("create database old isolation level snapshot");
  client.Run("create database other");
  EXPECT_EQ(client.Run("select count(*) from stv_db_isolation_level where isolation_level = 'Serializable'")
                .Value(),
            "2");
  Client second(local, "user=Loader password=Geheim1x dbname=shop");
  second.Run("begin; select count(*) from t");
  client.Run("begin; select count(*) from t; insert into t values (1); commit");
  EXPECT_EQ(second.Run("insert into t values (2)").message, "1023");
}

TEST(ProgramTest, AFolderThatWasNotFilledToTheEndIsRefused) {
  TemporaryFolder folder;
  const fs::path data = folder.path() / "data";
  fs::create_directories(data / "postgres");
  LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--data", data.string()});
  EXPECT_FALSE(local.is_ready());
  EXPECT_EQ(local.Wait(), 1);
  EXPECT_THAT(local.Log(), HasSubstr("is not complete. Remove it and start again."));
}

TEST(ProgramTest, AFolderOfAnotherBuildIsRefused) {
  TemporaryFolder folder;
  const fs::path data = folder.path() / "data";
  fs::create_directories(data / "postgres");
  for (const char* mark : {"The database beside this file is complete.\n", "0123456789abcdef\n", ""}) {
    std::ofstream(data / "complete") << mark;
    LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0", "--data", data.string()});
    EXPECT_FALSE(local.is_ready());
    EXPECT_EQ(local.Wait(), 1);
    EXPECT_THAT(local.Log(), HasSubstr("another build of redshift-local filled this folder"));
  }
  EXPECT_TRUE(fs::is_empty(data / "postgres"));
}

}  // namespace
}  // namespace redshift_local
