#include "engine/sink/copy_error.h"

#include <string_view>

#include "engine/warehouse/error.h"

namespace redshift {
namespace {

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// "S3 key being read : s3://bucket/key" of Redshift's DETAIL, which is a block of lines; empty if it has
/// none.
std::string_view ContextOf(std::string_view detail) {
  constexpr std::string_view kLabel = "context:";
  const size_t at = detail.find(kLabel);
  if (at == std::string_view::npos) return {};
  std::string_view line = detail.substr(at + kLabel.size());
  line = line.substr(0, line.find('\n'));
  const size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \r") + 1 - begin);
}

/// What to do; empty where the failure is none of access.
std::string Advice(std::string_view message, const CopyAttempt& attempt) {
  const bool by_role = !attempt.iam_role.empty();
  if (Has(message, "is not authorized to assume IAM Role")) {
    return "Attach the role to the cluster or namespace, let its trust policy name redshift.amazonaws.com, "
           "and "
           "see that GRANT ASSUMEROLE lets this database user use it; or correct 'iam-role-arn'.";
  }
  if (Has(message, "ot authorized to get credentials of role")) {
    return "Each role of the chain must be allowed sts:AssumeRole on the next and be trusted by it; correct "
           "the "
           "policies, or the order in 'iam-role-arn'.";
  }
  if (Has(message, "PermanentRedirect") || Has(message, "must be addressed using the specified endpoint")) {
    const std::string said = attempt.region ? "COPY said REGION '" + *attempt.region + "'. " : "";
    return "The bucket is not in the region where it was looked for. " + said +
           (attempt.parquet ? "COPY of Parquet reads the cluster's region only: choose a bucket there, or "
                              "'sink.copy.format' = 'csv' with 'aws.region' = the bucket's region."
                            : "Set 'aws.region' to the bucket's region.");
  }
  if (Has(message, "AccessDenied") || Has(message, "Access Denied")) {
    return std::string("Allow ") + (by_role ? "the role" : "these keys") +
           " s3:GetObject on the staged files and s3:ListBucket on the bucket (and kms:Decrypt where it is "
           "encrypted with a key of KMS), or choose another 's3-uri'.";
  }
  if (by_role) return "";
  if (Has(message, "ExpiredToken") || Has(message, "token has expired")) {
    return "The keys expired before the COPY ended. Set 'iam-role-arn', since Redshift renews the keys of a "
           "role "
           "itself, or give keys that live longer.";
  }
  if (Has(message, "InvalidAccessKeyId") || Has(message, "SignatureDoesNotMatch") ||
      Has(message, "InvalidToken") || Has(message, "InvalidClientTokenId")) {
    return "S3 does not know these keys as Redshift presents them: correct them (temporary ones need their "
           "session token), or set 'iam-role-arn'.";
  }
  return "";
}

}  // namespace

arrow::Status ExplainCopyError(const arrow::Status& failure, const CopyAttempt& attempt) {
  const WarehouseErrorDetail* error = WarehouseError(failure);
  if (error == nullptr) return failure;
  const std::string advice = Advice(error->message, attempt);
  if (advice.empty()) return failure;
  const std::string_view context = ContextOf(error->detail);
  return failure.WithMessage(error->label, " from ", attempt.manifest_url, " with ",
                             attempt.iam_role.empty() ? "the S3 keys of " + attempt.keys_source
                                                      : "'iam-role-arn' = '" + attempt.iam_role + "'",
                             " was refused: ", error->message,
                             context.empty() ? "" : " (" + std::string(context) + ")", ", SQLSTATE ",
                             error->sqlstate, ". ", advice);
}

}  // namespace redshift
