#include "jni/sink_writer.h"

#include <nlohmann/json.hpp>

#include "engine/sink/copy_writer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "jni/requests.h"

namespace redshift::jni {
namespace {

class CopySinkWriter : public SinkWriter {
 public:
  explicit CopySinkWriter(std::unique_ptr<CopyWriter> writer) : writer_(std::move(writer)) {}

  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows) override {
    return writer_->Write(frames, rows);
  }
  arrow::Result<std::string> Finish() override {
    ARROW_ASSIGN_OR_RAISE(const StagedFiles files, writer_->Finish());
    return StagedFilesToJson(files);
  }
  SinkMetrics metrics() const override {
    const CopyMetrics metrics = writer_->metrics();
    return {.rows = metrics.rows,
            .bytes = metrics.bytes,
            .files = metrics.files,
            .send_millis = metrics.last_millis,
            .rejected_rows = metrics.rejected};
  }
  void Interrupt() override { writer_->Interrupt(); }
  arrow::Status Close() override { return writer_->Close(); }

 private:
  std::unique_ptr<CopyWriter> writer_;
};

class InsertSinkWriter : public SinkWriter {
 public:
  explicit InsertSinkWriter(std::unique_ptr<InsertWriter> writer) : writer_(std::move(writer)) {}

  arrow::Status Write(std::span<const uint8_t> frames, int64_t rows) override {
    return writer_->Write(frames, rows);
  }
  arrow::Result<std::string> Finish() override {
    ARROW_RETURN_NOT_OK(writer_->Flush());
    return StagedFilesToJson({});
  }
  SinkMetrics metrics() const override {
    const InsertMetrics metrics = writer_->metrics();
    return {.rows = metrics.rows,
            .bytes = metrics.bytes,
            .retries = metrics.retries,
            .send_millis = metrics.last_millis,
            .rejected_rows = metrics.rejected};
  }
  void Interrupt() override { writer_->Interrupt(); }
  arrow::Status Close() override { return writer_->Close(); }

 private:
  std::unique_ptr<InsertWriter> writer_;
};

}  // namespace

arrow::Result<std::unique_ptr<SinkWriter>> SinkWriter::Open(std::string_view plan_json,
                                                            std::string_view context_json) {
  ARROW_ASSIGN_OR_RAISE(const SinkPlan plan, SinkPlan::FromJson(plan_json));
  ARROW_ASSIGN_OR_RAISE(const WriterContext context, WriterContextFromJson(context_json));
  ARROW_ASSIGN_OR_RAISE(const TargetTable target, OpenTarget(plan, context));
  if (plan.mode() == option::WriteMode::kCopy) {
    ARROW_ASSIGN_OR_RAISE(auto writer, CopyWriter::Make(plan, context, target));
    return std::make_unique<CopySinkWriter>(std::move(writer));
  }
  ARROW_ASSIGN_OR_RAISE(auto writer, InsertWriter::Make(plan, context, target));
  return std::make_unique<InsertSinkWriter>(std::move(writer));
}

}  // namespace redshift::jni
