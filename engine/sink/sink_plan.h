// Everything a sink decides when its job is built.
#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/aws/host_environment.h"
#include "engine/option/options.h"
#include "engine/sink/stage_columns.h"
#include "engine/sql/copy_parameters.h"
#include "engine/sql/identifier.h"
#include "engine/type/table_schema.h"
#include "engine/wait/interrupt.h"

namespace redshift {

/// Who writes: one attempt of one subtask of one job.
struct WriterContext {
  std::string job_id;
  std::string attempt_id;  ///< a UUID, new with every attempt
  int subtask = 0;
  bool restored = false;  ///< the run goes on from state of an earlier one
  HostEnvironment environment = {};
  const Interrupt* interrupt = nullptr;  ///< ends what opens a writer; may be null
};

/// The plan of one sink: checked options, schema and the values drawn once per job. Immutable, cheap to copy.
class SinkPlan {
 public:
  /// `request`: {"options": {key: value}, "columns": [{"name", "type"}], "primary_key": [names],
  /// "overwrite": bool}. Pure: refuses whatever can be refused without asking the warehouse, and draws the
  /// NULL marker and the run id.
  static arrow::Result<SinkPlan> Make(std::string_view request);
  /// What ToJson wrote. The text holds the options with their secrets, as the job graph does: never log it.
  static arrow::Result<SinkPlan> FromJson(std::string_view json);
  std::string ToJson() const;
  /// The same sink in another run. A run that the user named with sink.run-id keeps its name.
  SinkPlan WithRunId(std::string run_id) const;

  const Options& options() const { return state_->options; }
  const TableSchema& schema() const { return state_->schema; }
  option::WriteMode mode() const { return state_->options.Get(option::kSinkWriteMode); }
  TimestampOverflow timestamp_overflow() const { return TimestampOverflowOf(state_->options); }
  option::DeliveryGuarantee delivery_guarantee() const { return state_->options.delivery_guarantee(); }
  /// What stands for NULL in character columns of staged files: random ASCII without backslash.
  const std::string& null_marker() const { return state_->null_marker; }
  /// Names the run where there are no checkpoints.
  const std::string& run_id() const { return state_->run_id; }
  /// First 8 hex digits of SHA-256(host, database, table): for people, not an identity.
  const std::string& sink_id() const { return state_->sink_id; }
  const QualifiedName& table() const { return state_->table; }
  const QualifiedName& ledger() const { return state_->ledger; }
  /// The declared columns as statements name them, in the declared order.
  const std::vector<Identifier>& column_names() const { return state_->column_names; }
  /// The columns of the PRIMARY KEY in its order; empty: rows are appended.
  const std::vector<Identifier>& key_names() const { return state_->key_names; }
  /// Names of the columns that staged changes have behind the declared ones. Only for a table with a key.
  const StageColumns& stage_columns() const { return state_->stage_columns; }
  /// Of sink.copy.options. Each that changes values takes the place of a check of the rows.
  const std::vector<CopyParameter>& copy_parameters() const { return state_->copy_parameters; }
  /// The rows of the table are replaced (INSERT OVERWRITE).
  bool overwrite() const { return state_->overwrite; }
  /// Label of the sessions of this sink.
  std::string query_group() const { return "flink-connector-redshift " + state_->sink_id; }

 private:
  struct State {
    Options options;
    TableSchema schema;
    std::string null_marker;
    std::string run_id;
    std::string sink_id;
    QualifiedName table;
    QualifiedName ledger;
    std::vector<Identifier> column_names;
    std::vector<Identifier> key_names;
    StageColumns stage_columns;
    std::vector<CopyParameter> copy_parameters;
    bool overwrite = false;
  };
  struct Request;
  static arrow::Result<SinkPlan> Build(Request request);
  static TimestampOverflow TimestampOverflowOf(const Options& options) {
    return options.Get(option::kSinkTimestampOverflow) == option::TimestampOverflow::kCut
               ? TimestampOverflow::kCut
               : TimestampOverflow::kFail;
  }
  static arrow::Result<QualifiedName> LedgerName(const Options& options, const QualifiedName& table);
  explicit SinkPlan(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace redshift
