// What users write after WITH is read or refused, and no message shows a secret.
//
// Input: lines of key=value; lines without = are given to every parser of a single value.
#include "engine/option/option_form.h"
#include "engine/option/option_value.h"
#include "engine/option/options.h"
#include "engine/option/quoted_name.h"
#include "engine/option/table_name.h"
#include "tests/fuzz/fuzz.h"

namespace redshift {
namespace {

constexpr std::string_view kSecret = "Qz7hidden9X";

bool IsSecret(std::string_view key) {
  return key == option::kPassword.name || key == option::kAwsSecretKey.name ||
         key == option::kAwsSessionToken.name;
}

void TakeValue(std::string_view text) {
  if (const auto duration = ParseDuration(text); duration.ok()) {
    fuzz::Check(duration->count() >= 0 && ParseDuration(ToString(*duration)) == duration,
                "durations read back", text);
  }
  if (const auto size = ParseByteSize(text); size.ok()) {
    const auto again = ParseByteSize(ToString(*size));
    fuzz::Check(size->bytes >= 0 && again.ok() && again->bytes == size->bytes, "sizes read back", text);
  }
  if (const auto names = ParseColumnNames(text); names.ok()) {
    fuzz::Check(!names->empty(), "a list of names has a name", text);
    for (const std::string& name : *names) {
      fuzz::Check(!name.empty() && name.size() <= 127, "names have a length that Redshift takes", name);
    }
  }
  if (const auto table = ParseTableName(text); table.ok()) {
    fuzz::Check(!table->schema.empty() && !table->table.empty(), "tables have both names", text);
  }
  if (const auto location = ParseS3Uri(text); location.ok()) {
    fuzz::Check(
        !location->bucket.empty() && !location->prefix.starts_with('/') && !location->prefix.ends_with('/'),
        "places on S3 are taken apart", text);
  }
  if (const auto role = NormalizeIamRole(text); role.ok()) {
    fuzz::Check(NormalizeIamRole(*role) == role, "roles stay what they are", text);
  }
  (void)ParseNameList(text);
  (void)CheckHostname(text);
  (void)CheckServerName(text);
  (void)CheckRoleArn(text);
  (void)CheckRoleSessionName(text);
  (void)CheckEndpoint(text);
  (void)CheckRegion(text);
  (void)CheckClusterName(text);
  (void)CheckSecretArn(text);
  (void)CheckKmsKey(text);
  (void)CheckRunId(text);
}

void TakeInput(fuzz::Input input) {
  std::map<std::string, std::string> given;
  while (!input.empty()) {
    const std::string_view line = input.Line();
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      TakeValue(line);
      continue;
    }
    const std::string key(line.substr(0, equals));
    std::string value(line.substr(equals + 1));
    TakeValue(value);
    if (IsSecret(key)) value += kSecret;
    given[key] = value;
  }
  const auto options = Options::Parse(given);
  if (!options.ok()) {
    const std::string& message = options.status().message();
    fuzz::Check(!message.empty() && message.find(kSecret) == std::string::npos, "messages show no secret",
                message);
    return;
  }
  const auto again = Options::Parse(options->given());
  fuzz::Check(again.ok() && again->given() == options->given(), "what was given can be given again",
              again.ok() ? "" : again.status().message());
}

}  // namespace
}  // namespace redshift

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift::TakeInput({data, size});
  return 0;
}
