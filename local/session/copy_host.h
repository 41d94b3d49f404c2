// The session as COPY sees it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/host.h"
#include "local/wire/message.h"

namespace redshift_local {

class Session;

/// For one COPY statement. Never throws: a back end that has gone is an error status, and backend_end().
class SessionCopyHost : public CopyHost {
 public:
  /// `text`: the statement, which outlives this. `in_block`: inside the client's own transaction, where a
  /// client that leaves ends the COPY.
  SessionCopyHost(Session* session, const std::string& text, bool in_block);

  SessionFacts facts() const override { return facts_; }
  const S3Place& s3() const override;
  bool case_sensitive_identifiers() const override;
  arrow::Result<S3Access> Authorize(const CopyAuthorization& authorization) override;
  arrow::Result<CopyTarget> DescribeTarget(const CopyTableName& name) override;
  arrow::Status BeforeFiles(const S3Path& first) override;
  arrow::Status BeginRows(const std::string& copy_from_stdin) override;
  arrow::Status WriteRows(std::string_view rows) override;
  arrow::Status FinishRows() override;
  void AbortRows() override;
  void SendInfo(std::string_view text) override;
  arrow::Status CheckInterrupt() override;
  int64_t query_id() override;
  void ExecuteApart(const std::string& sql) override;

  /// Set when PostgreSQL ended the session meanwhile: its last words.
  const std::optional<ErrorFields>& backend_end() const { return backend_end_; }

 private:
  template <typename Work>
  arrow::Status Guard(Work work);
  arrow::Status ReadToReady();
  arrow::Status Explained(const ErrorFields& fields);

  Session* session_;
  const std::string& text_;
  bool in_block_;
  bool has_sent_rows_ = false;
  SessionFacts facts_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::optional<ErrorFields> backend_end_;
};

}  // namespace redshift_local
