// Splits one record of a file into its fields: delimited text and CSV. Pure: bytes in, views out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/copy_statement.h"
#include "local/copy/load_error.h"

namespace redshift_local {

/// One field of a record. Views into the record or into the splitter: valid until its next Split.
struct FieldView {
  /// As it stands in the record, quotes and escapes included.
  std::string_view raw;
  /// What it means, quotes and escapes taken away.
  std::string_view text;
  /// It stood in quotes (CSV; text with REMOVEQUOTES).
  bool quoted = false;
};

class RecordSplitter {
 public:
  virtual ~RecordSplitter() = default;

  /// Takes a record without its line end. False: `error` tells why the record has no fields; `fields` then
  /// holds those before the bad one.
  virtual bool Split(std::string_view record, std::vector<FieldView>* fields, FieldError* error) = 0;
};

std::unique_ptr<RecordSplitter> MakeRecordSplitter(const CopyStatement& statement);

}  // namespace redshift_local
