// Text that claims to be a committable is read or refused; what was read is written and read again without
// change.
#include "engine/sink/committable.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto committable = redshift::Committable::FromJson({reinterpret_cast<const char*>(data), size});
  if (!committable.ok()) return 0;
  const std::string written = committable->ToJson();
  const auto again = redshift::Committable::FromJson(written);
  fuzz::Check(again.ok() && again->ToJson() == written && again->identity() == committable->identity(),
              "a committable reads back", written);
  fuzz::Check(committable->row_count >= 0 && committable->file_count >= 0 && committable->byte_count >= 0,
              "what is counted is not negative", written);
  return 0;
}
