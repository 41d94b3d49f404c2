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
  bool json;
  bool parquet;
};

// The guide's table of parameters, for the formats that are carried out: text, CSV, JSON, Parquet. The other
// formats are refused as such.
constexpr Row kMatrix[] = {
    {CopyOption::kDelimiter, "DELIMITER", true, true, false, false},
    {CopyOption::kQuote, "QUOTE", false, true, false, false},
    {CopyOption::kEscape, "ESCAPE", true, false, false, false},
    {CopyOption::kRemoveQuotes, "REMOVEQUOTES", true, false, false, false},
    {CopyOption::kNullAs, "NULL AS", true, true, false, false},
    {CopyOption::kEmptyAsNull, "EMPTYASNULL", true, true, true, false},
    {CopyOption::kBlanksAsNull, "BLANKSASNULL", true, true, true, false},
    {CopyOption::kFillRecord, "FILLRECORD", true, true, false, true},
    {CopyOption::kIgnoreHeader, "IGNOREHEADER", true, true, true, false},
    {CopyOption::kIgnoreBlankLines, "IGNOREBLANKLINES", true, true, false, false},
    {CopyOption::kGzip, "GZIP", true, true, true, false},
    {CopyOption::kBzip2, "BZIP2", true, true, true, false},
    {CopyOption::kLzop, "LZOP", true, true, true, false},
    {CopyOption::kZstd, "ZSTD", true, true, true, false},
    {CopyOption::kEncoding, "ENCODING", true, true, true, false},
    {CopyOption::kDateFormat, "DATEFORMAT", true, true, true, false},
    {CopyOption::kTimeFormat, "TIMEFORMAT", true, true, true, false},
    {CopyOption::kAcceptAnyDate, "ACCEPTANYDATE", true, true, true, false},
    {CopyOption::kAcceptInvChars, "ACCEPTINVCHARS", true, true, true, true},
    {CopyOption::kTruncateColumns, "TRUNCATECOLUMNS", true, true, true, false},
    {CopyOption::kTrimBlanks, "TRIMBLANKS", true, true, true, false},
    {CopyOption::kRoundEc, "ROUNDEC", true, true, true, false},
    {CopyOption::kMaxError, "MAXERROR", true, true, true, false},
    {CopyOption::kIgnoreAllErrors, "IGNOREALLERRORS", true, true, true, false},
    {CopyOption::kNoLoad, "NOLOAD", true, true, true, false},
    {CopyOption::kCompUpdate, "COMPUPDATE", true, true, true, false},
    {CopyOption::kCompRows, "COMPROWS", true, true, true, false},
    {CopyOption::kStatUpdate, "STATUPDATE", true, true, true, true},
    {CopyOption::kManifest, "MANIFEST", true, true, true, true},
    {CopyOption::kExplicitIds, "EXPLICIT_IDS", true, true, true, true},
    {CopyOption::kRegion, "REGION", true, true, true, false},
    {CopyOption::kSerializeToJson, "SERIALIZETOJSON", false, false, false, true},
    {CopyOption::kEncrypted, "ENCRYPTED", true, true, true, true},
    {CopyOption::kMasterSymmetricKey, "MASTER_SYMMETRIC_KEY", true, true, true, true},
    {CopyOption::kReadRatio, "READRATIO", false, false, false, false},
    {CopyOption::kSsh, "SSH", true, true, true, true},
    {CopyOption::kSimplify, "SIMPLIFY", false, false, false, false},
};

static_assert(std::size(kMatrix) == static_cast<size_t>(CopyOption::kCount));

arrow::Status NotHere(const std::string& what) {
  return SqlError("0A000", "redshift-local does not carry out COPY " + what + " (Redshift does)");
}

bool IsCarriedOut(CopyFormat format) {
  return format == CopyFormat::kText || format == CopyFormat::kCsv || format == CopyFormat::kJson ||
         format == CopyFormat::kParquet;
}

bool Takes(const Row& row, CopyFormat format) {
  switch (format) {
    case CopyFormat::kCsv:
      return row.csv;
    case CopyFormat::kJson:
      return row.json;
    case CopyFormat::kParquet:
      return row.parquet;
    default:
      return row.text;
  }
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
  if (!IsCarriedOut(statement.format)) {
    return NotHere(std::string("in format ") + NameOf(statement.format));
  }
  if (statement.Has(CopyOption::kEncrypted) || statement.Has(CopyOption::kMasterSymmetricKey)) {
    return SqlError(
        "0A000",
        "ENCRYPTED and MASTER_SYMMETRIC_KEY are not supported: client-side encryption of load files "
        "has been withdrawn");
  }
  for (const auto& row : kMatrix) {
    if (!statement.Has(row.option) || Takes(row, statement.format)) continue;
    // Seen in the field: a loader that always sends MAXERROR 0.
    const bool harmless = row.option == CopyOption::kMaxError && statement.max_error == 0;
    if (statement.format == CopyFormat::kParquet && harmless) continue;
    return SqlError(
        "0A000", std::string(row.keyword) + " argument is not supported for " +
                     (statement.format == CopyFormat::kText ? "delimited text" : NameOf(statement.format)) +
                     " based COPY");
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
