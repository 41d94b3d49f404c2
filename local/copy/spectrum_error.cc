#include "local/copy/spectrum_error.h"

#include <fmt/format.h>

#include <utility>

#include "local/copy/sql_error.h"

namespace redshift_local {

arrow::Status SpectrumError(int code, const std::string& context) {
  constexpr char kRule[] = "-----------------------------------------------";
  SqlErrorFields fields;
  fields.sqlstate = "XX000";
  fields.message = "Spectrum Scan Error";
  fields.detail = fmt::format(
      "\n  {0}\n  error:  Spectrum Scan Error\n  code:      {1}\n  context:   {2}\n  query:     0\n"
      "  location:  spectrum\n  process:   padbmaster\n  {0}",
      kRule, code, context);
  return SqlError(std::move(fields));
}

}  // namespace redshift_local
