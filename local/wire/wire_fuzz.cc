// Bytes that claim to be a client's or PostgreSQL's messages: each is read or breaks the connection.
//
// Input: a byte, whether a start-up packet comes first; what arrives on the socket.
#include <sys/socket.h>
#include <unistd.h>

#include "local/session/row_shape.h"
#include "local/wire/connection.h"
#include "local/wire/message.h"
#include "tests/fuzz/fuzz.h"

namespace redshift_local {
namespace {

// More would not go into the socket at once.
constexpr size_t kMostBytes = 64 * 1024;

void ReadBody(std::string_view body) {
  BodyReader reader(body);
  const size_t size = body.size();
  while (reader.ok() && !reader.rest().empty()) {
    switch (reader.Byte() % 5) {
      case 0:
        reader.Int16();
        break;
      case 1:
        reader.Int32();
        break;
      case 2:
        reader.String();
        break;
      case 3:
        reader.Bytes(static_cast<uint16_t>(reader.Int16()));
        break;
      default:
        break;
    }
    fuzz::Check(reader.rest().size() < size, "reading goes on");
  }
  const ErrorFields fields = ReadErrorFields(body);
  const ErrorFields again = ReadErrorFields(WriteErrorFields(fields));
  bool same = again.size() == fields.size();
  for (size_t i = 0; same && i < fields.size(); ++i) {
    same = again[i].code == fields[i].code && again[i].value == fields[i].value;
  }
  fuzz::Check(same, "the fields of an error read back", body);
}

void TakeInput(fuzz::Input input) {
  const bool startup = input.Bool();
  const std::string_view bytes = input.Rest().substr(0, kMostBytes);
  int ends[2];
  fuzz::Check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "there is a socket");
  fuzz::Check(bytes.empty() || ::send(ends[0], bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                                   static_cast<ssize_t>(bytes.size()),
              "a socket takes a few bytes");
  ::shutdown(ends[0], SHUT_WR);
  Connection connection(ends[1], "the fuzzer");
  size_t read = 0;
  try {
    if (startup) {
      const std::string body = connection.ReadStartup();
      read += body.size() + 4;
      ReadBody(body);
    }
    RowShape shape;
    while (true) {
      const Message message = connection.Read();
      read += message.body.size() + 5;
      ReadBody(message.body);
      if (message.type == 'T') {
        shape =
            RowShape(message.body, [](std::string_view name) { return "longer than " + std::string(name); });
      } else if (message.type == 'D') {
        shape.Row(message.body);
      }
    }
  } catch (const ConnectionLost&) {
    // The end of every input.
  }
  fuzz::Check(read <= bytes.size(), "no more is read than was sent");
  ::close(ends[0]);
}

}  // namespace
}  // namespace redshift_local

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift_local::TakeInput({data, size});
  return 0;
}
