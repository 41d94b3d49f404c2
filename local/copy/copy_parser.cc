#include "local/copy/copy_parser.h"

#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "local/copy/authorization.h"
#include "local/copy/copy_lexer.h"
#include "local/copy/sql_error.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

using Kind = CopyToken::Kind;

struct KeywordOption {
  const char* keyword;
  CopyOption option;
};

// Parameters that are one word and nothing else.
constexpr KeywordOption kFlags[] = {
    {"MANIFEST", CopyOption::kManifest},
    {"GZIP", CopyOption::kGzip},
    {"BZIP2", CopyOption::kBzip2},
    {"LZOP", CopyOption::kLzop},
    {"ZSTD", CopyOption::kZstd},
    {"ACCEPTANYDATE", CopyOption::kAcceptAnyDate},
    {"BLANKSASNULL", CopyOption::kBlanksAsNull},
    {"EMPTYASNULL", CopyOption::kEmptyAsNull},
    {"ESCAPE", CopyOption::kEscape},
    {"EXPLICIT_IDS", CopyOption::kExplicitIds},
    {"FILLRECORD", CopyOption::kFillRecord},
    {"IGNOREBLANKLINES", CopyOption::kIgnoreBlankLines},
    {"REMOVEQUOTES", CopyOption::kRemoveQuotes},
    {"ROUNDEC", CopyOption::kRoundEc},
    {"TRIMBLANKS", CopyOption::kTrimBlanks},
    {"TRUNCATECOLUMNS", CopyOption::kTruncateColumns},
    {"IGNOREALLERRORS", CopyOption::kIgnoreAllErrors},
    {"NOLOAD", CopyOption::kNoLoad},
    {"SERIALIZETOJSON", CopyOption::kSerializeToJson},
    {"ENCRYPTED", CopyOption::kEncrypted},
    {"SSH", CopyOption::kSsh},
};

constexpr std::pair<const char*, CopyFormat> kFormats[] = {
    {"CSV", CopyFormat::kCsv},
    {"FIXEDWIDTH", CopyFormat::kFixedWidth},
    {"JSON", CopyFormat::kJson},
    {"AVRO", CopyFormat::kAvro},
    {"PARQUET", CopyFormat::kParquet},
    {"ORC", CopyFormat::kOrc},
    {"SHAPEFILE", CopyFormat::kShapefile},
};

constexpr size_t kMaxIdentifierBytes = 127;

class Parser {
 public:
  Parser(std::vector<CopyToken> tokens, bool case_sensitive)
      : tokens_(std::move(tokens)), case_sensitive_(case_sensitive) {}

  arrow::Result<CopyStatement> Run() {
    if (!Accept("COPY")) return SyntaxError();
    if (At().IsSymbol('(')) return UnknownSource();  // COPY (SELECT ...) TO
    ARROW_RETURN_NOT_OK(ReadTableName());
    if (AcceptSymbol('(')) ARROW_RETURN_NOT_OK(ReadColumns());
    if (At().IsKeyword("TO")) return UnknownSource();
    if (!Accept("FROM")) return SyntaxError();
    ARROW_RETURN_NOT_OK(ReadSource());
    while (At().kind != Kind::kEnd && !At().IsSymbol(';')) ARROW_RETURN_NOT_OK(ReadParameter());
    AcceptSymbol(';');
    if (At().kind != Kind::kEnd) return SyntaxError();
    ARROW_RETURN_NOT_OK(CheckAuthorization());
    if (!has_delimiter_ && statement_.format == CopyFormat::kCsv) statement_.delimiter = ',';
    return std::move(statement_);
  }

 private:
  const CopyToken& At() const { return tokens_[at_]; }

  bool Accept(std::string_view keyword) {
    if (!At().IsKeyword(keyword)) return false;
    ++at_;
    return true;
  }

  bool AcceptSymbol(char symbol) {
    if (!At().IsSymbol(symbol)) return false;
    ++at_;
    return true;
  }

  arrow::Status SyntaxError() const {
    SqlErrorFields fields;
    fields.sqlstate = "42601";
    fields.position = At().position;
    switch (At().kind) {
      case Kind::kEnd:
        fields.message = "syntax error at end of input";
        break;
      case Kind::kString:
        // The literal may be a secret.
        fields.message = "syntax error at or near a quoted string";
        break;
      default:
        fields.message = "syntax error at or near \"" + At().text + "\"";
    }
    return SqlError(std::move(fields));
  }

  arrow::Status Refused(const char* sqlstate, std::string message) const {
    SqlErrorFields fields;
    fields.sqlstate = sqlstate;
    fields.message = std::move(message);
    fields.position = At().position;
    return SqlError(std::move(fields));
  }

  static arrow::Status UnknownSource() {
    return SqlError("0A000",
                    "LOAD source is not supported. (Hint: only S3 or DynamoDB or EMR based load is allowed)");
  }

  arrow::Status Conflicting() const { return Refused("42601", "conflicting or redundant options"); }

  arrow::Status ReadIdentifier(std::string* out) {
    if (At().kind != Kind::kWord && At().kind != Kind::kQuotedIdentifier) return SyntaxError();
    const bool fold = At().kind == Kind::kWord || !case_sensitive_;
    *out = At().text;
    if (fold) {
      for (char& c : *out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
    }
    if (out->size() > kMaxIdentifierBytes) {
      size_t end = kMaxIdentifierBytes;
      while (end > 0 && ((*out)[end] & 0xC0) == 0x80) --end;
      out->resize(end);
    }
    ++at_;
    return arrow::Status::OK();
  }

  arrow::Status ReadTableName() {
    std::vector<std::string> parts(1);
    ARROW_RETURN_NOT_OK(ReadIdentifier(&parts[0]));
    while (AcceptSymbol('.')) {
      if (parts.size() == 3) return SyntaxError();
      parts.emplace_back();
      ARROW_RETURN_NOT_OK(ReadIdentifier(&parts.back()));
    }
    statement_.table.table = std::move(parts.back());
    if (parts.size() > 1) statement_.table.schema = std::move(parts[parts.size() - 2]);
    if (parts.size() > 2) statement_.table.database = std::move(parts[0]);
    return arrow::Status::OK();
  }

  arrow::Status ReadColumns() {
    do {
      std::string column;
      ARROW_RETURN_NOT_OK(ReadIdentifier(&column));
      statement_.columns.push_back(std::move(column));
    } while (AcceptSymbol(','));
    return AcceptSymbol(')') ? arrow::Status::OK() : SyntaxError();
  }

  arrow::Status ReadSource() {
    if (At().IsKeyword("STDIN") || At().IsKeyword("PROGRAM")) return UnknownSource();
    if (At().kind != Kind::kString) return SyntaxError();
    statement_.source = At().text;
    for (const auto* known : {"s3://", "emr://", "dynamodb://"}) {
      if (statement_.source.starts_with(known)) {
        ++at_;
        return arrow::Status::OK();
      }
    }
    // A host for SSH is told by its keyword further on.
    for (const auto& token : tokens_) {
      if (token.IsKeyword("SSH")) {
        ++at_;
        return arrow::Status::OK();
      }
    }
    return UnknownSource();
  }

  arrow::Status Take(CopyOption option) {
    if (statement_.Has(option)) return Conflicting();
    statement_.given.set(static_cast<size_t>(option));
    ++at_;
    return arrow::Status::OK();
  }

  arrow::Status ReadString(std::string* out, std::string* raw = nullptr) {
    if (At().kind != Kind::kString) return SyntaxError();
    *out = At().text;
    if (raw != nullptr) *raw = At().raw;
    ++at_;
    return arrow::Status::OK();
  }

  arrow::Status ReadAsString(CopyOption option, std::string* out, std::string* raw = nullptr) {
    ARROW_RETURN_NOT_OK(Take(option));
    Accept("AS");
    return ReadString(out, raw);
  }

  arrow::Status ReadAsNumber(CopyOption option, int64_t* out) {
    ARROW_RETURN_NOT_OK(Take(option));
    Accept("AS");
    if (At().kind != Kind::kNumber) return SyntaxError();
    const auto& text = At().text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
    if (error != std::errc() || end != text.data() + text.size()) return SyntaxError();
    ++at_;
    return arrow::Status::OK();
  }

  arrow::Status ReadCharacter(CopyOption option, char* out) {
    std::string text;
    ARROW_RETURN_NOT_OK(ReadAsString(option, &text));
    if (text.size() != 1 || (text[0] & 0x80) != 0 || text[0] == '\0' || text[0] == '\n' || text[0] == '\r') {
      return SqlError("0A000", std::string(NameOf(option)) + " must be a single ASCII character");
    }
    *out = text[0];
    return arrow::Status::OK();
  }

  arrow::Status ReadFormat(CopyFormat format) {
    if (has_format_) return Conflicting();
    has_format_ = true;
    statement_.format = format;
    ++at_;
    if (format == CopyFormat::kFixedWidth) {
      Accept("AS");
      std::string spec;
      return ReadString(&spec);
    }
    if (format == CopyFormat::kJson || format == CopyFormat::kAvro) {
      const bool as = Accept("AS");
      if (At().kind == Kind::kString) {
        if (format == CopyFormat::kJson) ARROW_RETURN_NOT_OK(TakeJsonArgument(At().text));
        ++at_;
      } else if (as) {
        return SyntaxError();
      }
    }
    if (format == CopyFormat::kShapefile && At().IsKeyword("SIMPLIFY")) {
      ARROW_RETURN_NOT_OK(Take(CopyOption::kSimplify));
      Accept("AUTO");
      if (At().kind == Kind::kString || At().kind == Kind::kNumber) ++at_;
    }
    return arrow::Status::OK();
  }

  arrow::Status TakeJsonArgument(const std::string& text) {
    if (text.starts_with("s3://")) {
      statement_.json = text;
      return arrow::Status::OK();
    }
    std::string lower = text;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    for (const auto* known : {"auto", "auto ignorecase", "noshred"}) {
      if (lower == known) {
        statement_.json = lower;
        return arrow::Status::OK();
      }
    }
    SqlErrorFields fields;
    fields.sqlstate = "42601";
    fields.message = "Invalid JSON argument '" + text + "' of COPY";
    fields.hint = "It is 'auto', 'auto ignorecase', 'noshred', or the s3:// path of a JSONPaths file.";
    return SqlError(std::move(fields));
  }

  arrow::Status ReadOnOff(CopyOption option, bool preset) {
    ARROW_RETURN_NOT_OK(Take(option));
    if (preset && Accept("PRESET")) return arrow::Status::OK();
    if (!Accept("ON") && !Accept("OFF") && !Accept("TRUE")) Accept("FALSE");
    return arrow::Status::OK();
  }

  // Word arguments and string arguments are both taken.
  arrow::Status ReadEncoding() {
    ARROW_RETURN_NOT_OK(Take(CopyOption::kEncoding));
    Accept("AS");
    if (At().kind != Kind::kWord && At().kind != Kind::kString) return SyntaxError();
    std::string encoding = At().text;
    for (char& c : encoding) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    for (const auto* known : {"UTF8", "UTF16", "UTF16LE", "UTF16BE"}) {
      if (encoding == known) {
        statement_.encoding = encoding;
        ++at_;
        return arrow::Status::OK();
      }
    }
    return SyntaxError();
  }

  arrow::Status ReadNullAs() {
    std::string raw;
    ARROW_RETURN_NOT_OK(ReadAsString(CopyOption::kNullAs, &statement_.null_as, &raw));
    if (CopyChoices().null_as_keeps_backslash_n && raw == "\\N") statement_.null_as = "\\N";
    if (statement_.null_as.find_first_of("\n\r") != std::string::npos) {
      return SqlError("0A000", "NULL AS must not hold a line feed or a carriage return");
    }
    return arrow::Status::OK();
  }

  arrow::Status ReadKeyPart(bool* seen, std::string* out) {
    if (*seen) return Conflicting();
    *seen = true;
    ++at_;
    Accept("AS");
    return ReadString(out);
  }

  arrow::Status ReadRole() {
    ++at_;
    Accept("AS");
    ++authorizations_;
    if (Accept("DEFAULT")) {
      statement_.authorization.roles = {"default"};
      return arrow::Status::OK();
    }
    std::string text;
    ARROW_RETURN_NOT_OK(ReadString(&text));
    if (text == "default") {
      statement_.authorization.roles = {text};
      return arrow::Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(statement_.authorization.roles, ParseRoles(text));
    return arrow::Status::OK();
  }

  arrow::Status ReadLegacyCredentials() {
    if (Accept("WITH") && !At().IsKeyword("CREDENTIALS")) return SyntaxError();
    ++at_;
    Accept("AS");
    std::string text;
    ARROW_RETURN_NOT_OK(ReadString(&text));
    ++authorizations_;
    bool has_symmetric_key = false;
    ARROW_ASSIGN_OR_RAISE(statement_.authorization, ParseLegacyCredentials(text, &has_symmetric_key));
    if (has_symmetric_key) statement_.given.set(static_cast<size_t>(CopyOption::kMasterSymmetricKey));
    return arrow::Status::OK();
  }

  arrow::Status CheckAuthorization() {
    const bool any_key_part = has_key_id_ || has_secret_ || has_token_;
    if (authorizations_ + (any_key_part ? 1 : 0) > 1) {
      return SqlError(
          "42601",
          "Only one authorization may be given: IAM_ROLE, ACCESS_KEY_ID with SECRET_ACCESS_KEY, or "
          "CREDENTIALS");
    }
    if (any_key_part) {
      if (!has_key_id_ || !has_secret_) {
        return SqlError("42601", "ACCESS_KEY_ID and SECRET_ACCESS_KEY must be given together");
      }
      statement_.authorization.keys = std::move(keys_);
      return arrow::Status::OK();
    }
    if (authorizations_ == 0) {
      return SqlError("42601",
                      "CREDENTIALS argument is required: COPY needs IAM_ROLE, ACCESS_KEY_ID with "
                      "SECRET_ACCESS_KEY, or CREDENTIALS");
    }
    return arrow::Status::OK();
  }

  arrow::Status ReadParameter() {
    if (At().kind != Kind::kWord) return SyntaxError();
    const bool format_follows = Accept("FORMAT");
    const bool as = Accept("AS");
    for (const auto& [keyword, format] : kFormats) {
      if (At().IsKeyword(keyword)) return ReadFormat(format);
    }
    if (At().IsKeyword("DELIMITER")) {
      has_delimiter_ = true;
      return ReadCharacter(CopyOption::kDelimiter, &statement_.delimiter);
    }
    if (format_follows || as) return SyntaxError();
    for (const auto& [keyword, option] : kFlags) {
      if (At().IsKeyword(keyword)) return Take(option);
    }
    if (At().IsKeyword("QUOTE")) return ReadCharacter(CopyOption::kQuote, &statement_.quote);
    if (At().IsKeyword("NULL")) return ReadNullAs();
    if (At().IsKeyword("ENCODING")) return ReadEncoding();
    if (At().IsKeyword("DATEFORMAT")) {
      return ReadAsString(CopyOption::kDateFormat, &statement_.date_format);
    }
    if (At().IsKeyword("TIMEFORMAT")) {
      return ReadAsString(CopyOption::kTimeFormat, &statement_.time_format);
    }
    if (At().IsKeyword("IGNOREHEADER")) {
      return ReadAsNumber(CopyOption::kIgnoreHeader, &statement_.ignore_header);
    }
    if (At().IsKeyword("MAXERROR")) return ReadMaxError();
    if (At().IsKeyword("COMPROWS")) {
      int64_t ignored = 0;
      return ReadAsNumber(CopyOption::kCompRows, &ignored);
    }
    if (At().IsKeyword("READRATIO")) {
      int64_t ignored = 0;
      return ReadAsNumber(CopyOption::kReadRatio, &ignored);
    }
    if (At().IsKeyword("COMPUPDATE")) return ReadOnOff(CopyOption::kCompUpdate, true);
    if (At().IsKeyword("STATUPDATE")) return ReadOnOff(CopyOption::kStatUpdate, false);
    if (At().IsKeyword("REGION")) return ReadAsString(CopyOption::kRegion, &statement_.region);
    if (At().IsKeyword("MASTER_SYMMETRIC_KEY")) {
      std::string ignored;
      return ReadAsString(CopyOption::kMasterSymmetricKey, &ignored);
    }
    if (At().IsKeyword("ACCEPTINVCHARS")) return ReadAcceptInvChars();
    if (At().IsKeyword("IAM_ROLE")) return ReadRole();
    if (At().IsKeyword("WITH") || At().IsKeyword("CREDENTIALS")) return ReadLegacyCredentials();
    if (At().IsKeyword("ACCESS_KEY_ID")) return ReadKeyPart(&has_key_id_, &keys_.access_key_id);
    if (At().IsKeyword("SECRET_ACCESS_KEY")) return ReadKeyPart(&has_secret_, &keys_.secret_access_key);
    if (At().IsKeyword("SESSION_TOKEN")) return ReadKeyPart(&has_token_, &keys_.session_token);
    return SyntaxError();
  }

  arrow::Status ReadMaxError() {
    constexpr int64_t kMost = 100'000;
    ARROW_RETURN_NOT_OK(ReadAsNumber(CopyOption::kMaxError, &statement_.max_error));
    if (statement_.max_error > kMost) {
      return SqlError("22023", "MAXERROR must be between 0 and 100000");
    }
    return arrow::Status::OK();
  }

  arrow::Status ReadAcceptInvChars() {
    ARROW_RETURN_NOT_OK(Take(CopyOption::kAcceptInvChars));
    const bool as = Accept("AS");
    if (At().kind != Kind::kString) return as ? SyntaxError() : arrow::Status::OK();
    const auto& text = At().text;
    if (text.size() != 1 || (text[0] & 0x80) != 0 || text[0] == '\0') {
      return SqlError("0A000", "ACCEPTINVCHARS must be a single ASCII character");
    }
    statement_.replacement = text[0];
    ++at_;
    return arrow::Status::OK();
  }

  std::vector<CopyToken> tokens_;
  size_t at_ = 0;
  bool case_sensitive_;
  CopyStatement statement_;
  bool has_format_ = false;
  bool has_delimiter_ = false;
  int authorizations_ = 0;
  S3Keys keys_;
  bool has_key_id_ = false;
  bool has_secret_ = false;
  bool has_token_ = false;
};

}  // namespace

arrow::Result<CopyStatement> ParseCopy(std::string_view statement, bool case_sensitive_identifiers) {
  ARROW_ASSIGN_OR_RAISE(auto tokens, LexCopy(statement));
  return Parser(std::move(tokens), case_sensitive_identifiers).Run();
}

}  // namespace redshift_local
