#include "local/copy/option_matrix.h"

#include <string>

#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

struct Row {
  CopyOption option;
  const char* keyword;
  bool text;
  bool csv;
};

// The guide's table of parameters, for the formats that are carried out. The other formats are refused as
// such.
constexpr Row kMatrix[] = {
    {CopyOption::kDelimiter, "DELIMITER", true, true},
    {CopyOption::kQuote, "QUOTE", false, true},
    {CopyOption::kEscape, "ESCAPE", true, false},
    {CopyOption::kRemoveQuotes, "REMOVEQUOTES", true, false},
    {CopyOption::kNullAs, "NULL AS", true, true},
    {CopyOption::kEmptyAsNull, "EMPTYASNULL", true, true},
    {CopyOption::kBlanksAsNull, "BLANKSASNULL", true, true},
    {CopyOption::kFillRecord, "FILLRECORD", true, true},
    {CopyOption::kIgnoreHeader, "IGNOREHEADER", true, true},
    {CopyOption::kIgnoreBlankLines, "IGNOREBLANKLINES", true, true},
    {CopyOption::kGzip, "GZIP", true, true},
    {CopyOption::kBzip2, "BZIP2", true, true},
    {CopyOption::kLzop, "LZOP", true, true},
    {CopyOption::kZstd, "ZSTD", true, true},
    {CopyOption::kEncoding, "ENCODING", true, true},
    {CopyOption::kDateFormat, "DATEFORMAT", true, true},
    {CopyOption::kTimeFormat, "TIMEFORMAT", true, true},
    {CopyOption::kAcceptAnyDate, "ACCEPTANYDATE", true, true},
    {CopyOption::kAcceptInvChars, "ACCEPTINVCHARS", true, true},
    {CopyOption::kTruncateColumns, "TRUNCATECOLUMNS", true, true},
    {CopyOption::kTrimBlanks, "TRIMBLANKS", true, true},
    {CopyOption::kRoundEc, "ROUNDEC", true, true},
    {CopyOption::kMaxError, "MAXERROR", true, true},
    {CopyOption::kIgnoreAllErrors, "IGNOREALLERRORS", true, true},
    {CopyOption::kNoLoad, "NOLOAD", true, true},
    {CopyOption::kCompUpdate, "COMPUPDATE", true, true},
    {CopyOption::kCompRows, "COMPROWS", true, true},
    {CopyOption::kStatUpdate, "STATUPDATE", true, true},
    {CopyOption::kManifest, "MANIFEST", true, true},
    {CopyOption::kExplicitIds, "EXPLICIT_IDS", true, true},
    {CopyOption::kRegion, "REGION", true, true},
    {CopyOption::kSerializeToJson, "SERIALIZETOJSON", false, false},
    {CopyOption::kEncrypted, "ENCRYPTED", true, true},
    {CopyOption::kMasterSymmetricKey, "MASTER_SYMMETRIC_KEY", true, true},
    {CopyOption::kReadRatio, "READRATIO", false, false},
    {CopyOption::kSsh, "SSH", true, true},
    {CopyOption::kSimplify, "SIMPLIFY", false, false},
};

static_assert(std::size(kMatrix) == static_cast<size_t>(CopyOption::kCount));

arrow::Status NotHere(const std::string& what) {
  return SqlError("0A000", "redshift-local does not carry out COPY " + what + " (Redshift does)");
}

}  // namespace

const char* NameOf(CopyOption option) {
  for (const auto& row : kMatrix) {
    if (row.option == option) return row.keyword;
  }
  return "";
}

const char* NameOf(CopyFormat format) {
  switch (format) {
    case CopyFormat::kText:
      return "DELIMITER";
    case CopyFormat::kCsv:
      return "CSV";
    case CopyFormat::kFixedWidth:
      return "FIXEDWIDTH";
    case CopyFormat::kJson:
      return "JSON";
    case CopyFormat::kAvro:
      return "AVRO";
    case CopyFormat::kParquet:
      return "PARQUET";
    case CopyFormat::kOrc:
      return "ORC";
    case CopyFormat::kShapefile:
      return "SHAPEFILE";
  }
  return "";
}

arrow::Status CheckCopyOptions(const CopyStatement& statement) {
  if (statement.Has(CopyOption::kSsh)) return NotHere("from hosts by SSH");
  if (statement.source.starts_with("emr://")) return NotHere("from an EMR cluster (emr://)");
  if (statement.source.starts_with("dynamodb://")) return NotHere("from DynamoDB (dynamodb://)");
  if (statement.Has(CopyOption::kReadRatio)) {
    return SqlError("0A000", "READRATIO argument is not supported for S3 based COPY");
  }
  if (statement.format != CopyFormat::kText && statement.format != CopyFormat::kCsv) {
    return NotHere(std::string("in format ") + NameOf(statement.format));
  }
  if (statement.Has(CopyOption::kEncrypted) || statement.Has(CopyOption::kMasterSymmetricKey)) {
    return SqlError(
        "0A000",
        "ENCRYPTED and MASTER_SYMMETRIC_KEY are not supported: client-side encryption of load files "
        "has been withdrawn");
  }
  for (const auto& row : kMatrix) {
    if (!statement.Has(row.option)) continue;
    if (!(statement.format == CopyFormat::kCsv ? row.csv : row.text)) {
      return SqlError("0A000", std::string(row.keyword) + " argument is not supported for " +
                                   (statement.format == CopyFormat::kCsv ? "CSV" : "delimited text") +
                                   " based COPY");
    }
  }
  int codecs = 0;
  for (const auto codec : {CopyOption::kGzip, CopyOption::kBzip2, CopyOption::kLzop, CopyOption::kZstd}) {
    codecs += statement.Has(codec);
  }
  if (codecs > 1) return SqlError("42601", "conflicting or redundant options: one compression at most");
  if (statement.Has(CopyOption::kLzop)) return NotHere("of LZOP files");
  if (statement.Has(CopyOption::kMaxError) && statement.Has(CopyOption::kIgnoreAllErrors)) {
    return SqlError("42601", "conflicting or redundant options: MAXERROR and IGNOREALLERRORS");
  }
  if (statement.encoding != "UTF8") return NotHere("of files in " + statement.encoding);
  if (statement.format == CopyFormat::kCsv && statement.delimiter == statement.quote) {
    return SqlError("0A000", "DELIMITER and QUOTE must be different characters");
  }
  return arrow::Status::OK();
}

}  // namespace redshift_local
