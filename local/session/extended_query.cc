// The extended query protocol. Each message is passed on and its answer awaited before the next is read, so
// that statements of ours can be slipped in between; the client cannot tell.
#include <fmt/format.h>

#include <utility>

#include "local/dialect/rules.h"
#include "local/session/error_mapping.h"
#include "local/session/session.h"

namespace redshift_local {
namespace {

/// Name of the statement and portal for steps of ours. No client can choose it by accident.
constexpr std::string_view kStepName = "redshift_local step";

constexpr int32_t kUnknownType = 705;
constexpr int32_t kTextType = 25;

SqlErrorFields ErrorOf(std::string sqlstate, std::string message) {
  SqlErrorFields error;
  error.sqlstate = std::move(sqlstate);
  error.message = std::move(message);
  return error;
}

}  // namespace

// Ours: the block on the back end must fail too, and so must an implicit transaction of this pipeline.
void Session::FailExtended(const SqlErrorFields& error) {
  if (backend_->transaction_status() != 'E') {
    try {
      backend_->Query("select local.refuse('XX000', 'the transaction fails with the statement')");
    } catch (const BackendError&) {
      // That was the purpose.
    }
  }
  SendError(error);
  skip_to_sync_ = true;
}

bool Session::AwaitAnswer(char type, char other) {
  backend_->Send('H', "");
  backend_->Flush();
  while (true) {
    const Message message = backend_->Receive();
    if (message.type == 'E') {
      ForwardError(message);
      skip_to_sync_ = true;
      return false;
    }
    if (message.type == 'N' || message.type == 'S') {
      ForwardAside(message);
      continue;
    }
    if (message.type == 'T') {
      described_ = AddDescription(message.body);
    } else {
      client_.Add(message.type, message.body);
    }
    if (message.type == type || message.type == other) return true;
  }
}

void Session::Parse(const Message& message) {
  BodyReader reader(message.body);
  const std::string name(reader.String());
  const std::string_view sql = reader.String();
  const int type_count = static_cast<uint16_t>(reader.Int16());
  std::vector<int32_t> types;
  for (int i = 0; i < type_count && reader.ok(); ++i) types.push_back(reader.Int32());

  if (const auto error = TooLarge(sql)) return FailExtended(*error);
  std::vector<Statement> statements = Understand(sql, dialect_);
  if (statements.size() > 1) {
    return FailExtended(ErrorOf("42601", "cannot insert multiple commands into a prepared statement"));
  }
  auto statement = std::make_shared<Statement>();
  if (!statements.empty()) *statement = std::move(statements[0]);
  if (statement->kind == StatementKind::kRefused) {
    SendInfos(*statement);
    return FailExtended(*statement->refusal);
  }
  if (!name.empty() && prepared_.contains(name)) {
    return FailExtended(ErrorOf("42P05", "prepared statement \"" + name + "\" already exists"));
  }
  const bool native = statement->kind == StatementKind::kSql;
  if (!native) {
    prepared_[name] = {std::move(statement), false};
    client_.Add('1', "");
    return;
  }
  // Redshift takes types for parameters that the text does not use; PostgreSQL wants them decided.
  for (size_t i = 0; i < types.size(); ++i) {
    const bool used = i < statement->parameters.size() && statement->parameters[i];
    if (!used && (types[i] == 0 || types[i] == kUnknownType)) types[i] = kTextType;
  }
  // PostgreSQL may take the statement's snapshot while it parses.
  Publish(*statement);
  BodyWriter body;
  body.String(name).String(statement->sql).Int16(static_cast<int16_t>(types.size()));
  for (int32_t type : types) body.Int32(type);
  backend_->Send('P', body.body());
  if (AwaitAnswer('1')) prepared_[name] = {std::move(statement), true};
}

void Session::Bind(const Message& message) {
  BodyReader reader(message.body);
  const std::string portal(reader.String());
  const std::string_view name = reader.String();
  const int format_count = static_cast<uint16_t>(reader.Int16());
  reader.Bytes(static_cast<size_t>(format_count) * 2);
  const unsigned parameter_count = static_cast<uint16_t>(reader.Int16());
  if (parameter_count > kLargestParameterCount) {
    return FailExtended(ErrorOf("08P01", fmt::format("too many parameters: {}; a statement has at most {}",
                                                     parameter_count, kLargestParameterCount)));
  }
  const auto found = prepared_.find(name);
  if (found == prepared_.end()) {
    return FailExtended(ErrorOf("26000", fmt::format("prepared statement \"{}\" does not exist", name)));
  }
  const Prepared& prepared = found->second;
  if (!prepared.native) {
    portals_[portal] = {prepared.statement, false, false};
    client_.Add('2', "");
    return;
  }
  backend_->Send('B', message.body);
  if (AwaitAnswer('2')) portals_[portal] = {prepared.statement, true, false};
}

void Session::Describe(const Message& message) {
  BodyReader reader(message.body);
  const char kind = static_cast<char>(reader.Byte());
  const std::string_view name = reader.String();
  bool native = true;
  auto portal = portals_.end();
  if (kind == 'S') {
    const auto found = prepared_.find(name);
    if (found != prepared_.end()) native = found->second.native;
  } else {
    portal = portals_.find(name);
    if (portal != portals_.end()) native = portal->second.native;
  }
  if (native) {
    described_ = RowShape();
    backend_->Send('D', message.body);
    if (AwaitAnswer('T', 'n') && portal != portals_.end()) portal->second.shape = std::move(described_);
    return;
  }
  if (kind == 'S') client_.Add('t', BodyWriter().Int16(0).body());
  client_.Add('n', "");
}

// Parse, Bind, Execute, Close of one statement of ours; its rows are dropped.
bool Session::ExecuteStep(const std::string& sql) {
  // A step that failed earlier left its statement behind. Closing what is not there is no error.
  backend_->Send('C', BodyWriter().Bytes("S").String(kStepName).body());
  backend_->Send('P', BodyWriter().String(kStepName).String(sql).Int16(0).body());
  backend_->Send('B', BodyWriter().String(kStepName).String(kStepName).Int16(0).Int16(0).Int16(0).body());
  backend_->Send('E', BodyWriter().String(kStepName).Int32(0).body());
  // The portal too: inside a block it would outlive its statement.
  backend_->Send('C', BodyWriter().Bytes("P").String(kStepName).body());
  backend_->Send('C', BodyWriter().Bytes("S").String(kStepName).body());
  backend_->Send('H', "");
  backend_->Flush();
  int closed = 0;
  while (true) {
    const Message message = backend_->Receive();
    if (message.type == '3' && ++closed == 3) return true;
    if (message.type == 'E') {
      ForwardError(message);
      skip_to_sync_ = true;
      return false;
    }
    if (message.type == 'N' || message.type == 'S') ForwardAside(message);
  }
}

bool Session::AskForShape(std::string_view name, Portal* portal) {
  portal->shape.emplace();
  if (!portal->statement->returns_rows) return true;
  backend_->Send('D', BodyWriter().Bytes("P").String(name).body());
  backend_->Send('H', "");
  backend_->Flush();
  while (true) {
    const Message message = backend_->Receive();
    if (message.type == 'n') return true;
    if (message.type == 'T') {
      portal->shape =
          RowShape(message.body, [this](std::string_view short_name) { return ShownName(short_name); });
      return true;
    }
    if (message.type == 'E') {
      ForwardError(message);
      skip_to_sync_ = true;
      return false;
    }
    if (message.type == 'N' || message.type == 'S') ForwardAside(message);
  }
}

Session::Outcome Session::PumpExecute(const Statement& statement, const RowShape& shape) {
  backend_->Send('H', "");
  backend_->Flush();
  while (true) {
    const Message message = backend_->Receive();
    switch (message.type) {
      case 'E':
        ForwardError(message);
        skip_to_sync_ = true;
        return Outcome::kFailed;
      case 'C':
        hidden_tag_ = TagFor(statement, BodyReader(message.body).String());
        return Outcome::kDone;
      case 'I':
        client_.Add('I', "");
        hidden_tag_.clear();
        return Outcome::kDone;
      case 'D':
        AddRow(shape, message.body);
        break;
      case 's':
        client_.Add('s', "");
        return Outcome::kSuspended;
      case 'N':
      case 'S':
        ForwardAside(message);
        break;
      default:
        client_.Add(message.type, message.body);
        break;
    }
  }
}

void Session::Execute(const Message& message) {
  const std::string_view name = BodyReader(message.body).String();
  const auto found = portals_.find(name);
  if (found == portals_.end()) {
    return FailExtended(ErrorOf("34000", fmt::format("portal \"{}\" does not exist", name)));
  }
  Portal& portal = found->second;
  // The portal may go while its statement runs.
  const std::shared_ptr<const Statement> kept = portal.statement;
  const Statement& statement = *kept;
  if (portal.started) {  // more rows of a portal that was suspended
    backend_->Send('E', message.body);
    if (PumpExecute(statement, *portal.shape) == Outcome::kDone) SendComplete(hidden_tag_);
    return;
  }
  portal.started = true;
  BeginStatement(statement);
  if (const auto fault = FaultInsteadOf(statement)) {
    FailInstead(statement, *fault);
    skip_to_sync_ = true;
    return EndStatement(statement, true);
  }
  if (!portal.native) {
    const bool good = RunSpecial(statement);
    EndStatement(statement, !good);
    skip_to_sync_ = !good;
    return;
  }
  if (const auto refused = RefusedHere(statement)) {
    FailExtended(*refused);
    return EndStatement(statement, true);
  }
  if (IsOnlyOurs(statement)) {
    SendComplete("DEALLOCATE");
    return EndStatement(statement, false);
  }
  bool good = true;
  for (const std::string& step : Prelude(statement)) good = good && ExecuteStep(step);
  if (good && !portal.shape) good = AskForShape(name, &portal);
  if (good) {
    backend_->Send('E', message.body);
    const Outcome outcome = PumpExecute(statement, *portal.shape);
    good = outcome != Outcome::kFailed;
    if (outcome == Outcome::kDone) {
      const std::string tag = hidden_tag_;
      for (const std::string& step : statement.after) good = good && ExecuteStep(step);
      if (good && !tag.empty()) SendComplete(tag);
    }
  }
  EndStatement(statement, !good);
}

void Session::Close(const Message& message) {
  BodyReader reader(message.body);
  const char kind = static_cast<char>(reader.Byte());
  const std::string_view name = reader.String();
  bool native = true;
  if (kind == 'S') {
    if (const auto found = prepared_.find(name); found != prepared_.end()) {
      native = found->second.native;
      prepared_.erase(found);
    }
  } else if (const auto found = portals_.find(name); found != portals_.end()) {
    native = found->second.native;
    portals_.erase(found);
  }
  if (!native) {
    client_.Add('3', "");
    return;
  }
  backend_->Send('C', message.body);
  AwaitAnswer('3');
}

void Session::Sync() {
  skip_to_sync_ = false;
  backend_->Send('S', "");
  backend_->Flush();
  while (true) {
    const Message message = backend_->Receive();
    if (message.type == 'Z') break;
    if (message.type == 'E') {
      ForwardError(message);  // a deferred failure of the implicit commit
    } else {
      ForwardAside(message);
    }
  }
  if (!InBlock()) portals_.clear();
  SendReady();
}

}  // namespace redshift_local
