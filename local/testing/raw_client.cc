#include "local/testing/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "local/wire/message.h"

namespace redshift_local {

int ConnectTcp(const LocalProcess& local) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(local.port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(socket);
    throw std::runtime_error("redshift-local takes no connection");
  }
  return socket;
}

std::string StartupPacket(int32_t code, const std::map<std::string, std::string>& parameters) {
  BodyWriter body;
  body.Int32(code);
  for (const auto& [name, value] : parameters) body.String(name).String(value);
  if (!parameters.empty()) body.String("");
  return BodyWriter().Int32(static_cast<int32_t>(body.body().size() + 4)).Bytes(body.body()).body();
}

}  // namespace redshift_local
