#include "engine/sql/copy_statement.h"

#include "engine/sql/literal.h"

namespace redshift {
namespace {

arrow::Status AppendAuthorization(const CopyAuthorization& authorization, Statement* statement) {
  if (const IamRole* role = std::get_if<IamRole>(&authorization)) {
    if (role->arn == "default") {
      statement->text += "\nIAM_ROLE default";
      return arrow::Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(std::string arn, QuoteLiteral(role->arn, "IAM role"));
    statement->text += "\nIAM_ROLE " + arn;
    return arrow::Status::OK();
  }
  const S3Keys& keys = std::get<S3Keys>(authorization);
  ARROW_ASSIGN_OR_RAISE(std::string id, QuoteLiteral(keys.access_key_id, "access key id"));
  ARROW_ASSIGN_OR_RAISE(std::string secret,
                        QuoteLiteral(keys.secret_access_key.Reveal(), "secret access key"));
  statement->text += "\nACCESS_KEY_ID " + id + " SECRET_ACCESS_KEY " + secret;
  statement->secrets = {keys.access_key_id, keys.secret_access_key.Reveal()};
  if (!keys.session_token.empty()) {
    ARROW_ASSIGN_OR_RAISE(std::string token, QuoteLiteral(keys.session_token.Reveal(), "session token"));
    statement->text += " SESSION_TOKEN " + token;
    statement->secrets.push_back(keys.session_token.Reveal());
  }
  return arrow::Status::OK();
}

arrow::Status AppendCsv(const CopyRequest& request, Statement* statement) {
  statement->text += "\nFORMAT CSV";
  if (request.compression == "zstd") {
    statement->text += "\nZSTD";
  } else if (request.compression == "gzip") {
    statement->text += "\nGZIP";
  } else if (request.compression != "none") {
    return arrow::Status::Invalid("COPY cannot read the compression '", request.compression, "'.");
  }
  ARROW_ASSIGN_OR_RAISE(std::string marker, QuoteLiteral(request.null_marker, "NULL marker"));
  statement->text += "\nNULL AS " + marker;
  statement->text += "\nDATEFORMAT 'YYYY-MM-DD'\nTIMEFORMAT 'auto'";
  if (request.region) {
    ARROW_ASSIGN_OR_RAISE(std::string region, QuoteLiteral(*request.region, "region"));
    statement->text += "\nREGION " + region;
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<Statement> CopySql(const CopyRequest& request) {
  const bool parquet = request.format == CopyFormat::kParquet;
  Statement statement;
  statement.label = "COPY into " + request.target.ToString();
  statement.text = "COPY " + request.target.Quoted();
  if (!parquet) {
    if (request.columns.empty()) {
      return arrow::Status::Invalid("COPY into ", request.target.ToString(), " names no column.");
    }
    for (size_t i = 0; i < request.columns.size(); ++i) {
      statement.text += (i == 0 ? " (" : ", ") + request.columns[i].Quoted();
    }
    statement.text += ")";
  }
  ARROW_ASSIGN_OR_RAISE(std::string url, QuoteLiteral(request.manifest_url, "manifest's URL"));
  statement.text += "\nFROM " + url;
  ARROW_RETURN_NOT_OK(AppendAuthorization(request.authorization, &statement));
  if (parquet) {
    statement.text += "\nFORMAT AS PARQUET";
    if (request.has_super) statement.text += "\nSERIALIZETOJSON";
  } else {
    ARROW_RETURN_NOT_OK(AppendCsv(request, &statement));
  }
  for (const std::string& parameter : request.parameters) statement.text += "\n" + parameter;
  statement.text += "\nMANIFEST";
  return statement;
}

}  // namespace redshift
