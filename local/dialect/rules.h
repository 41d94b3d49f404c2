// The rules of Redshift's dialect, one function per family of statements. All of them throw Refusal.
#pragma once

#include <string>
#include <vector>

#include "local/dialect/rewriter.h"
#include "local/dialect/statement.h"

namespace redshift_local {

/// Bind parameters of one statement (both official drivers enforce it).
inline constexpr unsigned long kLargestParameterCount = 32767;

/// Decides what the statement is and fills `statement`.
void ApplyRules(Rewriter& sql, const DialectContext& context, Statement* statement);

/// Expressions, in every statement: functions and names that PostgreSQL spells in another way.
void RewriteExpressions(Rewriter& sql, Statement* statement);

/// In queries over catalogs, puts the expression where a name from the select list is used in WHERE or
/// further on in the list. A column of that name would win; for users' tables, whose columns nobody knows
/// here, nothing is done.
void ReplaceLateralAliases(Rewriter& sql);

/// BEGIN, COMMIT, ROLLBACK and their kin. False: it is none of them.
bool UnderstandTransaction(Rewriter& sql, Statement* statement);

/// The modes after BEGIN, SET TRANSACTION and their like: " read only", " read write" or nothing. Words for
/// an isolation level are taken and mean the one level of the database.
std::string ReadTransactionModes(const Rewriter& sql, size_t at);

/// SET, RESET, SHOW of names that PostgreSQL lacks or limits otherwise. False: PostgreSQL may have it as is.
bool UnderstandSetting(Rewriter& sql, Statement* statement);

/// SHOW COLUMNS FROM TABLE, SHOW TABLES FROM SCHEMA. False: it is none of them.
bool UnderstandShow(Rewriter& sql, Statement* statement);

/// CREATE [TEMP] TABLE in all its forms. False: it is none.
bool UnderstandCreateTable(Rewriter& sql, Statement* statement);

/// ALTER TABLE. False: it is none.
bool UnderstandAlterTable(Rewriter& sql, Statement* statement);

/// MERGE. False: it is none.
bool UnderstandMerge(const Rewriter& sql, Statement* statement);

/// Names of users in quotes keep their case always, as on Redshift; all other names are folded.
void KeepCaseOfUserNames(Rewriter& sql);

/// CREATE, ALTER USER. False: it is none.
bool UnderstandUser(Rewriter& sql, Statement* statement);

/// CREATE DATABASE, and the isolation level of ALTER DATABASE. False: it is none of them.
bool UnderstandDatabase(Rewriter& sql, Statement* statement);

/// LOCK, VACUUM, ANALYZE. False: it is none of them.
bool UnderstandMaintenance(Rewriter& sql, Statement* statement);

/// A statement that changes nothing and returns nothing, for what needs doing before or after it only.
inline constexpr char kNothing[] = "set local.nothing to ''";

/// Refuses what Redshift does not have.
void RefuseUnsupported(const Rewriter& sql);

/// Where the statement proper begins: after WITH and its subqueries; the statement's end when there is none.
size_t MainVerb(const Rewriter& sql);

/// Adds the write lock to INSERT, UPDATE, DELETE.
void LockWrittenTables(const Rewriter& sql, Statement* statement);

}  // namespace redshift_local
