// The GRANTs of docs/security.md, taken out of the document itself: each way of writing works for a user that
// has them and nothing else, and needs every one of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "engine/sink/committable.h"
#include "engine/sink/committer.h"
#include "engine/sink/copy_writer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "engine/sink/sink_test_support.h"
#include "engine/sink/testing/security_document.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Texts = std::vector<std::string>;

constexpr uint8_t kDelete = 3;
constexpr char kPassword[] = "Loader1loader";

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

/// The statements of the block that follows "<!-- grants: NAME -->". A GRANT of several rights comes as one
/// statement for each.
Texts Documented(const std::string& name) {
  const std::string& document = testing::SecurityDocument();
  const std::string marker = "<!-- grants: " + name + " -->\n```sql\n";
  const size_t at = document.find(marker);
  if (at == std::string::npos) {
    ADD_FAILURE() << "docs/security.md has no block " << marker;
    return {};
  }
  const size_t begin = at + marker.size();
  std::istringstream block(document.substr(begin, document.find("```", begin) - begin));
  Texts statements;
  static const std::regex grant("\\s*GRANT (.+) ON (.+)");
  static const std::regex comma(", ");
  for (std::string statement; std::getline(block, statement, ';');) {
    if (statement.find_first_not_of(" \n") == std::string::npos) continue;
    std::smatch part;
    if (!std::regex_match(statement, part, grant)) {
      statements.push_back(statement);
      continue;
    }
    const std::string rights = part[1];
    for (std::sregex_token_iterator right(rights.begin(), rights.end(), comma, -1), end; right != end;
         ++right) {
      statements.push_back("GRANT " + right->str() + " ON " + part[2].str());
    }
  }
  return statements;
}

/// A way of writing, with the blocks that the document gives for it.
struct Way {
  const char* name;
  const char* mode;
  Texts blocks;
  bool keyed = false;
  bool overwrite = false;
  /// The table has a column more than is declared in Flink.
  bool some_columns = false;
  bool creates_table = false;
};

std::ostream& operator<<(std::ostream& out, const Way& way) {
  return out << way.name;
}

const std::vector<Way>& Ways() {
  static const std::vector<Way> ways = {
      {.name = "JdbcAppend", .mode = "jdbc", .blocks = {"append"}},
      {.name = "JdbcUpsert", .mode = "jdbc", .blocks = {"upsert", "ledger by the sink"}, .keyed = true},
      {.name = "JdbcUpsertWithLedger",
       .mode = "jdbc",
       .blocks = {"upsert", "ledger by an administrator", "ledger in jdbc mode"},
       .keyed = true},
      {.name = "JdbcUpsertOfSomeColumns",
       .mode = "jdbc",
       .blocks = {"upsert", "upsert of some columns", "ledger by the sink"},
       .keyed = true,
       .some_columns = true},
      {.name = "JdbcCreatesTheTable", .mode = "jdbc", .blocks = {"create table"}, .creates_table = true},
      {.name = "CopyAppend", .mode = "copy", .blocks = {"append", "ledger by the sink"}},
      {.name = "CopyAppendWithLedger",
       .mode = "copy",
       .blocks = {"append", "ledger by an administrator", "ledger in copy mode"}},
      {.name = "CopyUpsert", .mode = "copy", .blocks = {"upsert", "ledger by the sink"}, .keyed = true},
      {.name = "CopyUpsertWithLedger",
       .mode = "copy",
       .blocks = {"upsert", "ledger by an administrator", "ledger in copy mode"},
       .keyed = true},
      {.name = "CopyUpsertOfSomeColumns",
       .mode = "copy",
       .blocks = {"upsert", "upsert of some columns", "ledger by the sink"},
       .keyed = true,
       .some_columns = true},
      {.name = "CopyOverwrite",
       .mode = "copy",
       .blocks = {"overwrite", "ledger by the sink"},
       .overwrite = true},
      {.name = "CopyOverwriteWithKey",
       .mode = "copy",
       .blocks = {"overwrite", "temporary tables", "ledger by the sink"},
       .keyed = true,
       .overwrite = true},
      {.name = "CopyCreatesTheTable", .mode = "copy", .blocks = {"create table"}, .creates_table = true},
      {.name = "CopyCreatesTheTableWithKey",
       .mode = "copy",
       .blocks = {"create table", "temporary tables"},
       .keyed = true,
       .creates_table = true},
  };
  return ways;
}

/// A schema, a user and what it was granted, of one try.
class Site {
 public:
  explicit Site(const Way& way) : way_(way), number_(++numbers_) {
    // As many administrators have it, and as the document asks for what is granted to everybody otherwise.
    Local().Sql("REVOKE TEMP ON DATABASE dev FROM PUBLIC");
    Local().Sql("REVOKE ALL ON SCHEMA public FROM PUBLIC");
    Local().Sql("CREATE SCHEMA " + schema());
    Local().Sql("CREATE USER " + user() + " PASSWORD '" + kPassword + "'");
    if (!way.creates_table) {
      Local().Sql("CREATE TABLE " + schema() + ".orders (id BIGINT NOT NULL, name VARCHAR(20)" +
                  std::string(way.some_columns ? ", more INTEGER)" : ")"));
    }
  }

  Texts Statements() const {
    Texts statements;
    for (const std::string& block : way_.blocks) {
      for (std::string statement : Documented(block)) {
        // A right that two blocks grant is granted once.
        statement = Here(std::move(statement));
        if (std::find(statements.begin(), statements.end(), statement) == statements.end()) {
          statements.push_back(statement);
        }
      }
    }
    return statements;
  }

  /// A plan of the sink that logs in as the user: with a password, or with what AWS hands out.
  void Plan(bool temporary = false) {
    auto options = Local().Options();
    options["table-name"] = schema() + ".orders";
    options["sink.write.mode"] = way_.mode;
    options["sink.max-retries"] = "0";
    options["sink.create-table"] = way_.creates_table ? "if-absent" : "never";
    options["sink.commit.lock-timeout"] = "1 s";
    if (temporary) {
      for (const char* key : {"username", "password"}) options.erase(key);
      options["iam.auth"] = "true";
      options["iam.cluster-identifier"] = "local";
      options["iam.db-user"] = user();
      options["iam.endpoint"] = Local().api();
      options["ssl.mode"] = "verify-full";
      options["ssl.root-cert"] = Local().ca();
    } else {
      options["username"] = user();
      options["password"] = kPassword;
    }
    nlohmann::json request = {{"options", options}, {"overwrite", way_.overwrite}};
    request["columns"] = {{{"name", "id"}, {"type", "BIGINT NOT NULL"}},
                          {{"name", "name"}, {"type", "VARCHAR(5)"}}};
    request["primary_key"] = way_.keyed ? Texts{"id"} : Texts{};
    plan_.emplace(SinkPlan::Make(request.dump()).ValueOrDie());
  }

  /// Opens the sink: what a job does when it starts.
  arrow::Status Start(bool restored = false) {
    if (!plan_) Plan();
    WriterContext context = Context(0);
    context.restored = restored;
    return OpenTarget(*plan_, context).Value(&target_);
  }

  /// Writes rows, and with a key changes of them, after Start.
  arrow::Status Write() {
    ARROW_RETURN_NOT_OK(WriteOnce(/*deletes=*/false));
    return way_.keyed && !way_.overwrite ? WriteOnce(/*deletes=*/true) : arrow::Status::OK();
  }

  /// What stands in the table then.
  std::string Rows() const {
    std::string text;
    for (const char* id : {"1", "2", "3"}) {
      const std::string name = Local().Sql("SELECT name FROM " + schema() + ".orders WHERE id = " + id);
      if (!name.empty()) text += (text.empty() ? "" : " ") + (id + name);
    }
    return text;
  }
  std::unique_ptr<Session> SessionOfUser(const std::string& query_group) const {
    ConnectionSettings settings = Local().Connection();
    settings.user = user();
    settings.password = Secret(kPassword);
    settings.query_group = query_group;
    return Session::Open(settings).ValueOrDie();
  }
  /// A session of a commit that has died with the ledger's lock in its hands.
  std::unique_ptr<Session> DeadCommit() const {
    auto session = SessionOfUser(plan_->query_group() + " commit");
    for (const std::string& text :
         {std::string("BEGIN"), "LOCK TABLE " + schema() + ".orders_flink_commits"}) {
      EXPECT_TRUE(session->Execute({text, text, {}}, Clock::now() + std::chrono::minutes(1)).ok());
    }
    return session;
  }
  void DropTheTable() const { Local().Sql("DROP TABLE " + schema() + ".orders"); }
  /// Makes the column too short for what is written next.
  void ShortenTheColumn() const {
    Local().Sql("ALTER TABLE " + schema() + ".orders DROP COLUMN name");
    Local().Sql("ALTER TABLE " + schema() + ".orders ADD COLUMN name INTEGER");
  }

  std::string user() const { return "flink_" + std::to_string(number_); }
  std::string ExpectedRows() const { return way_.keyed && !way_.overwrite ? "1c 2b" : "1a 2b"; }

 private:
  std::string schema() const { return "sales_" + std::to_string(number_); }
  /// A documented statement, for the names of this try.
  std::string Here(std::string statement) const {
    statement = std::regex_replace(statement, std::regex("\\bsales\\b"), schema());
    return std::regex_replace(statement, std::regex(" TO flink$"), " TO " + user());
  }

  static WriterContext Context(int subtask) {
    return {"job-1", "attempt-" + std::to_string(++numbers_), subtask, false};
  }

  arrow::Status WriteOnce(bool deletes) {
    TestRows rows;
    rows.Add(1, deletes ? "c" : "a");
    if (way_.keyed || !deletes) rows.Add(2, "b");
    if (way_.keyed) rows.Add(3, "x", deletes || way_.overwrite ? kDelete : 0);
    return way_.mode == std::string("jdbc") ? Insert(rows) : Copy(rows);
  }

  arrow::Status Insert(const TestRows& rows) {
    ARROW_ASSIGN_OR_RAISE(auto writer, InsertWriter::Make(*plan_, Context(0), target_));
    ARROW_RETURN_NOT_OK(writer->Write(rows.frames, rows.count));
    return writer->Flush();
  }

  /// By two subtasks when there is a key, so that the last change per key is found in the warehouse.
  arrow::Status Copy(const TestRows& rows) {
    StagedFiles files;
    for (int subtask = 0; subtask < (way_.keyed ? 2 : 1); ++subtask) {
      ARROW_ASSIGN_OR_RAISE(auto writer, CopyWriter::Make(*plan_, Context(subtask), target_));
      ARROW_RETURN_NOT_OK(writer->Write(rows.frames, rows.count));
      ARROW_ASSIGN_OR_RAISE(StagedFiles staged, writer->Finish());
      files.data.insert(files.data.end(), staged.data.begin(), staged.data.end());
    }
    ARROW_ASSIGN_OR_RAISE(auto staging, Staging::Open(plan_->options()));
    ARROW_ASSIGN_OR_RAISE(std::string committable, MakeCommittable(*plan_, staging.get(), "job-1",
                                                                   Context(0).attempt_id, ++checkpoint_,
                                                                   /*checkpointed=*/!way_.overwrite, files));
    ARROW_ASSIGN_OR_RAISE(auto committer, Committer::Make(*plan_, Context(0)));
    return committer->Commit(committable).status();
  }

  static inline int numbers_ = 0;
  const Way& way_;
  const int number_;
  std::optional<SinkPlan> plan_;
  TargetTable target_;
  int64_t checkpoint_ = 0;
};

bool IsGrant(const std::string& statement) {
  return statement.find("GRANT ") != std::string::npos;
}

/// A GRANT as messages show it: GRANT INSERT ON "sales"."orders" TO "flink".
std::string Shown(const std::string& grant) {
  static const std::regex object("( ON (?:SCHEMA |DATABASE )?)([a-z0-9_]+)(?:\\.([a-z0-9_]+))? TO (.+)");
  std::smatch part;
  EXPECT_TRUE(std::regex_search(grant, part, object)) << grant;
  return grant.substr(0, static_cast<size_t>(part.position())) + part[1].str() + '"' + part[2].str() + '"' +
         (part[3].matched ? ".\"" + part[3].str() + '"' : "") + " TO \"" + part[4].str() + '"';
}

class Grants : public ::testing::TestWithParam<Way> {};

TEST_P(Grants, DocumentedOnesAreEnough) {
  Site site(GetParam());
  for (const std::string& statement : site.Statements()) Local().Sql(statement);
  const arrow::Status started = site.Start();
  ASSERT_TRUE(started.ok()) << started;
  const arrow::Status written = site.Write();
  ASSERT_TRUE(written.ok()) << written;
  EXPECT_EQ(site.Rows(), site.ExpectedRows());
}

TEST_P(Grants, AnyThatIsLeftOutIsAskedForAtTheStart) {
  const size_t count = Site(GetParam()).Statements().size();
  for (size_t left_out = 0; left_out < count; ++left_out) {
    Site site(GetParam());
    const Texts statements = site.Statements();
    if (!IsGrant(statements[left_out])) continue;
    SCOPED_TRACE(statements[left_out]);
    for (size_t i = 0; i < count; ++i) {
      if (i != left_out) Local().Sql(statements[i]);
    }
    const arrow::Status status = site.Start();
    EXPECT_THAT(status.message(), HasSubstr(Shown(statements[left_out])));
  }
}

// Without our own question at the start: it is the warehouse that demands each of them.
TEST_P(Grants, AnyThatIsTakenAwayLaterStopsTheWrites) {
  const size_t count = Site(GetParam()).Statements().size();
  for (size_t taken = 0; taken < count; ++taken) {
    Site site(GetParam());
    const Texts statements = site.Statements();
    const std::string& statement = statements[taken];
    // What is there by then needs no CREATE any more.
    if (!IsGrant(statement) || statement.find("CREATE ON") != std::string::npos) continue;
    SCOPED_TRACE(statement);
    for (const std::string& each : statements) Local().Sql(each);
    const arrow::Status started = site.Start();
    ASSERT_TRUE(started.ok()) << started;
    std::string revoke = std::regex_replace(statement, std::regex("GRANT "), "REVOKE ");
    Local().Sql(std::regex_replace(revoke, std::regex(" TO "), " FROM "));
    const arrow::Status status = site.Write();
    EXPECT_THAT(status.message(), HasSubstr("permission denied"));
  }
}

const Way& WayNamed(const std::string& name) {
  for (const Way& way : Ways()) {
    if (way.name == name) return way;
  }
  std::abort();
}

TEST(GrantsAreEnough, ToEndADeadSessionOfTheSameUser) {
  for (const bool temporary : {false, true}) {
    SCOPED_TRACE(temporary);
    Site site(WayNamed("CopyAppendWithLedger"));
    for (const std::string& statement : site.Statements()) Local().Sql(statement);
    site.Plan(temporary);
    const arrow::Status started = site.Start();
    ASSERT_TRUE(started.ok()) << started;
    const auto dead = site.DeadCommit();
    const arrow::Status written = site.Write();
    ASSERT_TRUE(written.ok()) << written;
    EXPECT_EQ(site.Rows(), site.ExpectedRows());
    EXPECT_FALSE(dead->Execute({"SELECT", "SELECT 1", {}}, Clock::now() + std::chrono::minutes(1)).ok());
  }
}

TEST(GrantsAreEnough, ToReadWhyALoadFailed) {
  Site site(WayNamed("CopyAppendWithLedger"));
  for (const std::string& statement : site.Statements()) Local().Sql(statement);
  ASSERT_TRUE(site.Start().ok());
  site.ShortenTheColumn();
  EXPECT_THAT(site.Write().message(),
              AllOf(HasSubstr("line 1"), HasSubstr("column name"), HasSubstr("1207")));
}

// The name of a temporary login has a prefix, which GRANT does not know.
TEST(GrantsAreEnough, WhenTheyNameTheUserOfATemporaryLogin) {
  Site site(WayNamed("CopyAppendWithLedger"));
  const Texts statements = site.Statements();
  site.Plan(/*temporary=*/true);
  for (const std::string& statement : statements) {
    if (IsGrant(statement)) {
      const std::string shown = Shown(statement);
      EXPECT_THAT(site.Start().message(), HasSubstr(shown.substr(shown.find(" ON "))));
    }
    Local().Sql(statement);
  }
  const arrow::Status started = site.Start();
  ASSERT_TRUE(started.ok()) << started;
  site.DropTheTable();
  EXPECT_THAT(site.Start().message(),
              AllOf(HasSubstr("There is no table"), HasSubstr("that user '" + site.user() + "' can see")));
}

// The functions of the catalogue know of whole tables only.
TEST(GrantsAreEnough, OnTheColumnsThatAreReadAndUpdated) {
  for (const char* name : {"CopyUpsertOfSomeColumns", "JdbcUpsertOfSomeColumns"}) {
    SCOPED_TRACE(name);
    Site site(WayNamed(name));
    int narrowed = 0;
    for (std::string statement : site.Statements()) {
      for (const auto& [whole, columns] :
           {std::pair("SELECT ON", "SELECT (id) ON"), {"UPDATE ON", "UPDATE (name) ON"}}) {
        const size_t at = statement.find(whole);
        if (at == std::string::npos) continue;
        statement.replace(at, std::string_view(whole).size(), columns);
        ++narrowed;
      }
      Local().Sql(statement);
    }
    EXPECT_EQ(narrowed, 2);
    const arrow::Status started = site.Start();
    ASSERT_TRUE(started.ok()) << started;
    const arrow::Status written = site.Write();
    ASSERT_TRUE(written.ok()) << written;
    EXPECT_EQ(site.Rows(), site.ExpectedRows());
  }
}

TEST(GrantsAreEnough, WhereTheServerDoesNotTellOfThem) {
  const Texts functions = {"has_schema_privilege(text, text)", "has_table_privilege(text, text)"};
  for (const std::string& function : functions) {
    Local().Sql("REVOKE EXECUTE ON FUNCTION pg_catalog." + function + " FROM PUBLIC");
  }
  Site site(WayNamed("CopyUpsert"));
  for (const std::string& statement : site.Statements()) Local().Sql(statement);
  const auto session = site.SessionOfUser("");
  for (const char* question : {"SELECT has_schema_privilege('pg_catalog', 'usage')",
                               "SELECT has_table_privilege('pg_class', 'select')"}) {
    EXPECT_FALSE(session->Execute({question, question, {}}, Clock::now() + std::chrono::minutes(1)).ok());
  }
  const arrow::Status started = site.Start();
  EXPECT_TRUE(started.ok()) << started;
  for (const std::string& function : functions) {
    Local().Sql("GRANT EXECUTE ON FUNCTION pg_catalog." + function + " TO PUBLIC");
  }
}

// A restored job that is told of a missing ledger may be started without its state.
TEST(GrantsAreEnough, ForTheLedgerWhoseRightsWereLostIsNotMissing) {
  Site site(WayNamed("CopyAppendWithLedger"));
  const Texts statements = site.Statements();
  for (const std::string& statement : statements) Local().Sql(statement);
  ASSERT_TRUE(site.Start().ok());
  std::string asked_for;
  for (const std::string& statement : statements) {
    if (!IsGrant(statement) || statement.find("_flink_commits") == std::string::npos) continue;
    const std::string revoke = std::regex_replace(statement, std::regex("GRANT "), "REVOKE ");
    Local().Sql(std::regex_replace(revoke, std::regex(" TO "), " FROM "));
    asked_for = Shown(statement);
  }
  ASSERT_FALSE(asked_for.empty());
  EXPECT_THAT(site.Start(/*restored=*/true).message(),
              AllOf(HasSubstr(asked_for.substr(asked_for.find(" ON "))), Not(HasSubstr("without state"))));
}

INSTANTIATE_TEST_SUITE_P(Security, Grants, ::testing::ValuesIn(Ways()),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace redshift
