// A COPY statement after parsing: what is loaded, from where, with whose keys, and how fields are read.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "local/copy/host.h"

namespace redshift_local {

/// Every parameter of COPY that stands after the source, but formats and authorization.
enum class CopyOption {
  kDelimiter,
  kQuote,
  kEscape,
  kRemoveQuotes,
  kNullAs,
  kEmptyAsNull,
  kBlanksAsNull,
  kFillRecord,
  kIgnoreHeader,
  kIgnoreBlankLines,
  kGzip,
  kBzip2,
  kLzop,
  kZstd,
  kEncoding,
  kDateFormat,
  kTimeFormat,
  kAcceptAnyDate,
  kAcceptInvChars,
  kTruncateColumns,
  kTrimBlanks,
  kRoundEc,
  kMaxError,
  kIgnoreAllErrors,
  kNoLoad,
  kCompUpdate,
  kCompRows,
  kStatUpdate,
  kManifest,
  kExplicitIds,
  kRegion,
  kSerializeToJson,
  kEncrypted,
  kMasterSymmetricKey,
  kReadRatio,
  kSsh,
  kSimplify,
  kCount,
};

/// Formats of COPY. This stand-in carries out kText, kCsv, kJson and kParquet.
enum class CopyFormat { kText, kCsv, kFixedWidth, kJson, kAvro, kParquet, kOrc, kShapefile };

/// The keyword as the guide spells it.
const char* NameOf(CopyOption option);
const char* NameOf(CopyFormat format);

struct CopyStatement {
  CopyTableName table;
  /// Empty: no column list.
  std::vector<std::string> columns;
  /// As given: s3://bucket/key.
  std::string source;
  CopyAuthorization authorization;

  CopyFormat format = CopyFormat::kText;
  std::bitset<static_cast<size_t>(CopyOption::kCount)> given;

  /// JSON's argument: `auto`, `auto ignorecase`, `noshred`, or the s3:// path of a JSONPaths file.
  std::string json = "auto";
  char delimiter = '|';
  char quote = '"';
  /// May hold NUL (NULL AS '\0').
  std::string null_as = "\\N";
  int64_t ignore_header = 0;
  std::string encoding = "UTF8";
  /// Empty: Redshift's default format.
  std::string date_format;
  std::string time_format;
  char replacement = '?';
  int64_t max_error = 0;
  std::string region;

  bool Has(CopyOption option) const { return given[static_cast<size_t>(option)]; }
};

}  // namespace redshift_local
