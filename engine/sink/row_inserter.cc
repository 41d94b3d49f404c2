#include "engine/sink/row_inserter.h"

#include <arrow/record_batch.h>

#include <utility>

namespace redshift {

RowInserter::RowInserter(TableReference table, std::vector<Identifier> columns,
                         std::vector<ParameterForm> forms, std::vector<uint32_t> parameter_types)
    : table_(std::move(table)),
      columns_(std::move(columns)),
      forms_(std::move(forms)),
      values_(std::move(parameter_types)) {}

arrow::Result<RowInserter> RowInserter::Make(TableReference table, std::vector<Identifier> columns,
                                             const std::vector<RedshiftType>& types) {
  std::vector<uint32_t> parameter_types;
  std::vector<ParameterForm> forms;
  for (const RedshiftType& type : types) {
    ARROW_ASSIGN_OR_RAISE(uint32_t parameter_type, BindType(type));
    parameter_types.push_back(parameter_type);
    forms.push_back(ParameterFormOf(type));
  }
  return RowInserter(std::move(table), std::move(columns), std::move(forms), std::move(parameter_types));
}

void RowInserter::SkipEmptyParts() {
  while (part_ < rows_->size() && (*rows_)[part_]->num_rows() == row_) {
    ++part_;
    row_ = 0;
  }
}

void RowInserter::Start(const RecordBatches* rows) {
  rows_ = rows;
  part_ = 0;
  row_ = 0;
  SkipEmptyParts();
}

arrow::Status RowInserter::Fill() {
  values_.Clear();
  const int most_rows = kMaxParameters / static_cast<int>(columns_.size());
  while (!at_end() && values_.rows() < most_rows) {
    values_.AppendRow(*(*rows_)[part_], row_);
    if (values_.bytes() > kMaxStatementBytes) {
      if (values_.rows() == 1) {
        return arrow::Status::Invalid("A row of ", values_.bytes(), " bytes for ", table_.ToString(),
                                      " does not fit into one statement of 16 MB.");
      }
      values_.DropLastRow();
      return arrow::Status::OK();
    }
    ++row_;
    SkipEmptyParts();
  }
  return arrow::Status::OK();
}

arrow::Status RowInserter::Send(Session* session, Clock::time_point deadline) {
  if (statement_rows_ != values_.rows()) {
    statement_ = InsertSql(table_, columns_, forms_, values_.rows());
    statement_rows_ = values_.rows();
  }
  return session->Execute(statement_, values_.Bind(), deadline).status();
}

}  // namespace redshift
