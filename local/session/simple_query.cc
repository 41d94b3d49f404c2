// The simple query protocol.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "local/session/error_mapping.h"
#include "local/session/session.h"

namespace redshift_local {

void Session::SimpleQuery(const Message& message) {
  const std::string_view sql = BodyReader(message.body).String();
  if (const auto error = TooLarge(sql)) {
    Fail(*error);
    return SendReady();
  }
  const std::vector<Statement> statements = Understand(sql, dialect_);
  if (statements.empty()) {
    client_.Add('I', "");
    return SendReady();
  }
  // Several statements are one transaction unless they say otherwise.
  const bool several = statements.size() > 1;
  for (const Statement& statement : statements) {
    const bool controls = statement.kind == StatementKind::kBegin ||
                          statement.kind == StatementKind::kCommit ||
                          statement.kind == StatementKind::kRollback;
    if (several && !InBlock() && !controls) {
      if (!RunHidden("begin")) break;
      implicit_block_ = true;
    }
    BeginStatement(statement);
    const auto fault = FaultInsteadOf(statement);
    if (fault) FailInstead(statement, *fault);
    const bool good =
        !fault && (statement.kind == StatementKind::kSql ? RunSimple(statement) : RunSpecial(statement));
    EndStatement(statement, !good);
    if (!good) break;
  }
  if (std::exchange(implicit_block_, false) && InBlock()) {
    RunHidden(backend_->transaction_status() == 'T' ? "commit" : "rollback");
  }
  SendReady();
}

bool Session::RunSimple(const Statement& statement) {
  if (const auto refused = RefusedHere(statement)) {
    Fail(*refused);
    return false;
  }
  if (IsOnlyOurs(statement)) {
    SendComplete("DEALLOCATE");
    return true;
  }
  const std::vector<std::string> before = Prelude(statement);
  std::string sql;
  for (const std::string& step : before) sql += step + ";\n";
  sql += statement.sql;
  for (const std::string& step : statement.after) sql += ";\n" + step;
  const bool same_positions = before.empty() && statement.sql == statement.text;

  backend_->Send('Q', BodyWriter().String(sql).body());
  backend_->Flush();
  bool good = true;
  size_t result = 0;
  std::string tag;
  RowShape shape;
  const auto is_main = [&] { return result == before.size(); };
  while (true) {
    Message message = backend_->Receive();
    switch (message.type) {
      case 'Z':
        if (good) SendComplete(tag);
        return good;
      case 'C':
        if (is_main()) tag = TagFor(statement, BodyReader(message.body).String());
        ++result;
        break;
      case 'I':
        ++result;
        break;
      case 'T':
        if (is_main()) shape = AddDescription(message.body);
        break;
      case 'D':
        if (is_main()) AddRow(shape, message.body);
        break;
      case 'E': {
        good = false;
        if (!same_positions) {
          ErrorFields fields = ReadErrorFields(message.body);
          SetField(&fields, 'P', "");
          message.body = WriteErrorFields(fields);
        }
        ForwardError(message);
        break;
      }
      case 'N':
      case 'S':
        ForwardAside(message);
        break;
      case 'G':
        backend_->Send('f', BodyWriter().String("not available").body()), backend_->Flush();
        break;
      default:
        break;
    }
  }
}

}  // namespace redshift_local
