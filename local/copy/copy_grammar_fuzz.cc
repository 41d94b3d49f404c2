// What claims to be a COPY statement is parsed or refused with Redshift's error for it.
//
// Input: a byte of flags; the text.
#include "local/copy/copy_parser.h"
#include "local/copy/option_matrix.h"
#include "local/copy/sql_error.h"
#include "tests/fuzz/fuzz.h"

namespace redshift_local {
namespace {

void TakeInput(fuzz::Input input) {
  const bool case_sensitive = input.Bool();
  // A copy of exactly its size, so that reads behind it are seen.
  const std::string_view rest = input.Rest();
  const std::vector<char> bytes(rest.begin(), rest.end());
  const std::string_view text(bytes.data(), bytes.size());
  const auto statement = ParseCopy(text, case_sensitive);
  if (!statement.ok()) {
    fuzz::Check(SqlErrorOf(statement.status()).sqlstate.size() == 5, "refusals have a state",
                statement.status().message());
    return;
  }
  fuzz::Check(!statement->source.empty(), "COPY has a source", text);
  fuzz::Check(statement->max_error >= 0 && statement->ignore_header >= 0, "counts are not negative", text);
  (void)CheckCopyOptions(*statement);
}

}  // namespace
}  // namespace redshift_local

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift_local::TakeInput({data, size});
  return 0;
}
