#include "engine/aws/credential_document.h"

#include <nlohmann/json.hpp>

#include "engine/aws/aws_time.h"
#include "engine/aws/json_text.h"

namespace redshift {

arrow::Result<AwsKeys> KeysFromDocument(std::string_view json, const char* token_name,
                                        const std::string& source) {
  const auto document = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return arrow::Status::IOError(source, " answered no JSON object");
  AwsKeys keys{.access_key_id = JsonText(document, {"AccessKeyId"}),
               .secret_access_key = Secret(JsonText(document, {"SecretAccessKey"})),
               .session_token = Secret(JsonText(document, {token_name})),
               .expires = std::nullopt,
               .source = source};
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    return arrow::Status::IOError(source, " answered JSON without AccessKeyId and SecretAccessKey");
  }
  if (const std::string time = JsonText(document, {"Expiration"}); !time.empty()) {
    keys.expires = ParseAwsTime(time);
    if (!keys.expires) return arrow::Status::IOError(source, " answered an Expiration that is no time");
  }
  return keys;
}

}  // namespace redshift
