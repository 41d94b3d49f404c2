#include "engine/warehouse/error.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

struct Case {
  const char* sqlstate;
  const char* message;
  const char* detail;
  ErrorClass expected;
};

constexpr ErrorClass kConflict{ErrorKind::kConflict, Retry::kConflict};
constexpr ErrorClass kLost{ErrorKind::kConnection, Retry::kConnection};
constexpr ErrorClass kTransient{ErrorKind::kTransient, Retry::kStatement};
constexpr ErrorClass kPermanent{ErrorKind::kPermanent, Retry::kNever};
constexpr ErrorClass kLogin{ErrorKind::kLogin, Retry::kNever};
constexpr ErrorClass kTimeout{ErrorKind::kTimeout, Retry::kStatement};

// Texts of Redshift's guide, of its drivers' sources and of the field.
const Case kCases[] = {
    {"XX000", "1023",
     "Serializable isolation violation on table - 118443, transactions forming the cycle are: 1, 2 (pid:7)",
     kConflict},
    {"XX000", "could not complete because of conflict with concurrent transaction", "", kConflict},
    {"40001", "could not serialize access due to concurrent update", "", kConflict},
    {"40P01", "deadlock detected", "", kConflict},
    {"XX000", "could not open relation with OID 118443", "", kConflict},
    {"XX000",
     "Load into table 'flights' failed.  Check 'stl_load_errors' system table for details.",
     "",
     {ErrorKind::kLoad, Retry::kNever}},
    {"XX000",
     "Load into table 'flights' failed.  Check 'sys_load_error_detail' system table for details.",
     "",
     {ErrorKind::kLoad, Retry::kNever}},
    {"XX000", "S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,Rid 1", "",
     kTransient},
    {"XX000", "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 1", "", kPermanent},
    {"XX000", "S3ServiceException:The provided token has expired.,Status 400,Error ExpiredToken", "",
     kTransient},
    {"XX000",
     "S3ServiceException:The bucket you are attempting to access must be addressed using the specified "
     "endpoint.,Status 301,Error PermanentRedirect",
     "", kPermanent},
    {"XX000", "The specified S3 prefix 'stage/x' does not exist", "", kPermanent},
    {"XX000", "Mandatory url is not present in manifest file.", "", kPermanent},
    {"XX000",
     "User arn:aws:redshift:us-east-1:1:dbuser:c/u is not authorized to assume IAM Role "
     "arn:aws:iam::1:role/r",
     "",
     {ErrorKind::kPermission, Retry::kNever}},
    {"XX000", "Cannot insert a NULL value into column id", "", kPermanent},
    {"XX000", "Value too long for character type", "", kPermanent},
    {"XX000", "Disk Full", "", kTransient},
    {"XX000", "Query execution failed because system is in read-only mode", "", kLost},
    {"XX000", "something nobody has seen", "", {ErrorKind::kUnknown, Retry::kStatement}},
    {"53300", "too many connections", "", kLost},
    {"57P01", "terminating connection due to administrator command", "", kLost},
    {"57P03", "the database system is starting up", "", kLost},
    {"08006", "connection failure", "", kLost},
    {"57014", "Query (12) cancelled on user's request", "", kTimeout},
    {"57014", "cancelled by WLM abort action of Query Monitoring Rules", "", kPermanent},
    {"55P03", "lock not available", "", kTransient},
    {"28000", "no pg_hba.conf entry for host", "", kLogin},
    {"28P01", "password authentication failed for user \"u\"", "", kLogin},
    {"3D000", "database \"x\" does not exist", "", kLogin},
    {"42P01", "relation \"x\" does not exist", "", {ErrorKind::kUndefinedTable, Retry::kNever}},
    {"42501", "permission denied for relation x", "", {ErrorKind::kPermission, Retry::kNever}},
    {"42601", "syntax error at or near \"x\"", "", kPermanent},
    {"22001", "value too long for type character varying(2)", "", kPermanent},
    {"25P02", "current transaction is aborted, commands ignored until end of transaction block", "",
     kPermanent},
    {"0A000", "not supported", "", kPermanent},
    // libpq's own words have no SQLSTATE.
    {"", "server closed the connection unexpectedly", "", kLost},
    {"", "authentication method 13 not supported", "", kLogin},
};

TEST(ClassifyError, KnowsRedshiftsErrorsByCodeAndText) {
  for (const Case& c : kCases) {
    const ErrorClass got = ClassifyError(c.sqlstate, c.message, c.detail);
    EXPECT_EQ(static_cast<int>(got.kind), static_cast<int>(c.expected.kind))
        << c.sqlstate << " " << c.message;
    EXPECT_EQ(static_cast<int>(got.retry), static_cast<int>(c.expected.retry))
        << c.sqlstate << " " << c.message;
  }
}

TEST(WarehouseError, IsFoundOnlyWhereItWasAttached) {
  EXPECT_EQ(WarehouseError(arrow::Status::IOError("x")), nullptr);
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->sqlstate = "42P01";
  const arrow::Status status(arrow::StatusCode::IOError, "x", detail);
  ASSERT_NE(WarehouseError(status), nullptr);
  EXPECT_EQ(WarehouseError(status)->sqlstate, "42P01");
}

}  // namespace
}  // namespace redshift
