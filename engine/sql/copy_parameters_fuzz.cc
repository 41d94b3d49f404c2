// What users write into sink.copy.options is read or refused; COPY gets nothing else than what is on the
// list.
#include "engine/sql/copy_parameters.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parameters = redshift::ParseCopyParameters(text);
  if (!parameters.ok()) return 0;
  std::string written;
  for (const redshift::CopyParameter& parameter : *parameters) {
    written += parameter.sql + " ";
    fuzz::Check(
        parameter.sql.find(';') == std::string::npos || parameter.sql.find("';'") != std::string::npos,
        "no parameter ends the statement", parameter.sql);
  }
  // Redshift reads two of them within a literal as one; what users write knows no escapes.
  if (written.find('\\') != std::string::npos) return 0;
  const auto again = redshift::ParseCopyParameters(written);
  fuzz::Check(again.ok() && *again == *parameters, "parameters read back as they are sent", written);
  return 0;
}
