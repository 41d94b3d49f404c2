#include "local/wire/backend.h"

#include <utility>

namespace redshift_local {
namespace {

constexpr int32_t kProtocolVersion = 196608;
constexpr int32_t kCancelRequest = 80877102;

}  // namespace

std::unique_ptr<Backend> Backend::Connect(const BackendAddress& address,
                                          const std::map<std::string, std::string>& parameters) {
  std::unique_ptr<Backend> backend(new Backend(ConnectUnix(address.socket_path())));
  BodyWriter startup;
  startup.Int32(kProtocolVersion);
  for (const auto& [name, value] : parameters) startup.String(name).String(value);
  startup.String("");
  BodyWriter length;
  length.Int32(static_cast<int32_t>(startup.body().size() + 4));
  backend->connection_.AddRaw(length.body() + startup.body());
  backend->Flush();
  while (true) {
    const Message message = backend->Receive();
    if (message.type == 'E') throw BackendError(ReadErrorFields(message.body));
    if (message.type == 'Z') return backend;
    if (message.type == 'R' && BodyReader(message.body).Int32() != 0) {
      throw ConnectionLost("PostgreSQL asks for a password on its own socket");
    }
    if (message.type == 'K') {
      BodyReader reader(message.body);
      backend->pid_ = reader.Int32();
      backend->key_ = reader.Int32();
    }
  }
}

void Backend::Cancel(const BackendAddress& address, int32_t pid, int32_t key) {
  Connection connection(ConnectUnix(address.socket_path()), "PostgreSQL");
  connection.AddRaw(BodyWriter().Int32(16).Int32(kCancelRequest).Int32(pid).Int32(key).body());
  connection.Flush();
  try {
    connection.ReadByte();
  } catch (const ConnectionLost&) {
    // The server closes without an answer once it has passed the request on.
  }
}

void Backend::Send(char type, std::string_view body) {
  connection_.Add(type, body);
}

Message Backend::Receive() {
  Message message = connection_.Read();
  if (message.type == 'Z' && !message.body.empty()) transaction_status_ = message.body[0];
  if (message.type == 'S') {
    BodyReader reader(message.body);
    const std::string name(reader.String());
    parameters_[name] = std::string(reader.String());
  }
  return message;
}

std::vector<TextRow> Backend::Query(std::string_view sql) {
  Send('Q', BodyWriter().String(sql).body());
  Flush();
  std::vector<TextRow> rows;
  std::optional<ErrorFields> error;
  while (true) {
    const Message message = Receive();
    if (message.type == 'Z') break;
    if (message.type == 'E' && !error) error = ReadErrorFields(message.body);
    if (message.type == 'D') {
      BodyReader reader(message.body);
      const int columns = reader.Int16();
      TextRow row;
      for (int i = 0; i < columns; ++i) {
        const int32_t size = reader.Int32();
        if (size < 0) {
          row.push_back(std::nullopt);
        } else {
          row.emplace_back(reader.Bytes(static_cast<size_t>(size)));
        }
      }
      rows.push_back(std::move(row));
    }
    if (message.type == 'G') Send('f', BodyWriter().String("no data").body()), Flush();
  }
  if (error) throw BackendError(std::move(*error));
  return rows;
}

}  // namespace redshift_local
