#include "jni/sink_writer.h"

#include <nlohmann/json.hpp>

#include "engine/sink/copy_writer.h"
#include "engine/sink/insert_writer.h"
#include "engine/sink/sink_start.h"
#include "jni/requests.h"

namespace redshift::jni {

/// Whichever way the rows go.
class SinkWriter::Way {
 public:
  virtual ~Way() = default;
  virtual arrow::Status Write(std::span<const uint8_t> frames, int64_t rows) = 0;
  virtual arrow::Result<std::string> Finish() = 0;
  virtual SinkMetrics metrics() const = 0;
  virtual void Interrupt() = 0;
  virtual arrow::Status Close() = 0;
};

namespace {

class CopyWay : public SinkWriter::Way {
 public:
  explicit CopyWay(std::unique_ptr<CopyWriter> writer) : writer_(std::move(writer)) {}

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

class InsertWay : public SinkWriter::Way {
 public:
  explicit InsertWay(std::unique_ptr<InsertWriter> writer) : writer_(std::move(writer)) {}

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

arrow::Result<std::unique_ptr<SinkWriter::Way>> OpenWay(const SinkPlan& plan, const WriterContext& context,
                                                        const TargetTable& target) {
  if (plan.mode() == option::WriteMode::kCopy) {
    ARROW_ASSIGN_OR_RAISE(auto writer, CopyWriter::Make(plan, context, target));
    return std::make_unique<CopyWay>(std::move(writer));
  }
  ARROW_ASSIGN_OR_RAISE(auto writer, InsertWriter::Make(plan, context, target));
  return std::make_unique<InsertWay>(std::move(writer));
}

}  // namespace

arrow::Result<std::unique_ptr<SinkWriter>> SinkWriter::Make(std::string_view plan_json,
                                                            std::string_view context_json) {
  ARROW_ASSIGN_OR_RAISE(SinkPlan plan, SinkPlan::FromJson(plan_json));
  ARROW_ASSIGN_OR_RAISE(WriterContext context, WriterContextFromJson(context_json));
  return std::unique_ptr<SinkWriter>(new SinkWriter(std::move(plan), std::move(context)));
}

SinkWriter::SinkWriter(SinkPlan plan, WriterContext context)
    : plan_(std::move(plan)), context_(std::move(context)) {}

SinkWriter::~SinkWriter() = default;

arrow::Status SinkWriter::Start() {
  WriterContext context = context_;
  context.interrupt = &interrupt_;
  ARROW_ASSIGN_OR_RAISE(const TargetTable target, OpenTarget(plan_, context, &interrupt_));
  ARROW_ASSIGN_OR_RAISE(auto way, OpenWay(plan_, context, target));
  std::lock_guard lock(way_mutex_);
  way_ = std::move(way);
  if (interrupt_.is_set()) way_->Interrupt();
  return arrow::Status::OK();
}

arrow::Status SinkWriter::Write(std::span<const uint8_t> frames, int64_t rows) {
  return way_->Write(frames, rows);
}

arrow::Result<std::string> SinkWriter::Finish() {
  return way_->Finish();
}

SinkMetrics SinkWriter::metrics() const {
  return way_->metrics();
}

void SinkWriter::Interrupt() {
  interrupt_.Set();
  std::lock_guard lock(way_mutex_);
  if (way_) way_->Interrupt();
}

arrow::Status SinkWriter::Close() {
  return way_ ? way_->Close() : arrow::Status::OK();
}

}  // namespace redshift::jni
